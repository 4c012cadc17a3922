import type * as aws from "@pulumi/aws";

/** Trust policy of a role that Lambda runs a function as. */
export const LAMBDA_TRUST_POLICY: aws.iam.PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
