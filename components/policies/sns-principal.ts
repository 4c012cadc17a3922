/**
 * Regions that every account has from its first day: those that AWS opened before 20 March 2019, and Osaka, which was
 * one of them under another status. All later ones have to be opted in to, so that the list does not grow (AWS Account
 * Management Reference Guide, "Specify which AWS Regions your account can use").
 */
const DEFAULT_REGION =
  /^(us-(east|west)-[12]|(cn|us-gov)-.*|ca-central-1|sa-east-1|eu-(west-[123]|central-1|north-1)|ap-(south-1|southeast-[12]|northeast-[123]))$/;

/**
 * The principal under which SNS sends from a topic's region to a queue's. It is a regional one as soon as the regions
 * differ and one of them has to be opted in to; whoever admits another loses every message, without an error (SNS
 * Developer Guide, "Sending messages to a queue or function in a different Region").
 */
export function snsPrincipal(topicRegion: string, queueRegion: string): string {
  if (topicRegion !== queueRegion) {
    if (!DEFAULT_REGION.test(queueRegion)) return `sns.${queueRegion}.amazonaws.com`;
    if (!DEFAULT_REGION.test(topicRegion)) return `sns.${topicRegion}.amazonaws.com`;
  }
  return "sns.amazonaws.com";
}
