/** Id of the response that has marked, or made, something. */
export const RESPONSE_TAG = "trailkeeper:response";

/** Instance that a snapshot was taken of, which EC2 itself does not keep. */
export const INSTANCE_TAG = "trailkeeper:instance";

/** What something that responses share is for. */
export const PURPOSE_TAG = "trailkeeper:purpose";
