import { valueAt } from "./event-fields";

/**
 * Codes of failures that pass by themselves (AWS SDKs and Tools Reference Guide, "Retry behavior"; the common errors of
 * the API references of EC2, IAM, KMS, Lambda, RDS and S3).
 */
const PASSING = new Set([
  // Too much at once.
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  // Somebody else is changing the same.
  "ConcurrentModification",
  "ConcurrentModificationException",
  "EntityTemporarilyUnmodifiable",
  "EntityTemporarilyUnmodifiableException",
  "OperationAborted",
  // AWS's own trouble.
  "DependencyTimeout",
  "DependencyTimeoutException",
  "InternalError",
  "InternalFailure",
  "InternalServerError",
  "InternalServiceError",
  "KMSInternalException",
  "ServiceException",
  "ServiceFailure",
  "ServiceFailureException",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "Unavailable",
  // Time and network.
  "AbortError",
  "NetworkingError",
  "RequestTimeout",
  "RequestTimeoutException",
  "TimeoutError",
  // Credentials that are renewed.
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "RequestExpired",
]);

/** Codes of Node's network errors, which have no AWS code. */
const NETWORK = /^(?:ECONNABORTED|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|ENOTFOUND|EPIPE|ETIMEDOUT)$/;

/**
 * Codes by which AWS, or its SDK before AWS is asked, says that what a call names is of no form that AWS has (the common
 * errors of the same references).
 */
const FORM_FAULT =
  /^(?:ValidationError|ValidationException|Invalid(?:Input|Parameter|Arn|BucketName)\w*|\w+\.Malformed)$/;
const SDK_FORM_FAULT = /^(?:No|Empty) value provided for input HTTP label/;

/** Whether a call has failed by what it names: the same call never succeeds, whoever makes it. */
export function isFormFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return FORM_FAULT.test(error.name) || SDK_FORM_FAULT.test(error.message);
}

/** Whether a failed call may succeed later: AWS's own trouble, too much at once, or the network; no refusal. */
export function isPassingFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = valueAt(error, "$metadata", "httpStatusCode");
  const code = valueAt(error, "code");
  return (
    PASSING.has(error.name) ||
    (typeof status === "number" && status >= 500) ||
    (typeof code === "string" && NETWORK.test(code))
  );
}
