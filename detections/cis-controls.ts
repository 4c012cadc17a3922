/** A "monitoring" recommendation of the CIS AWS Foundations Benchmark, as Security Hub checks it. */
export interface CisControl {
  /** Security Hub's control id; `Organizations` for the one recommendation that Security Hub does not check. */
  readonly id: CisControlId;
  /** Part of the physical names of metric filter, metric and alarm. */
  readonly name: string;
  readonly title: string;
  /** Security Hub's control id, where it has a control for the recommendation. */
  readonly securityHub?: string;
  /**
   * Recommendation numbers by benchmark version. The section-4 numbers of 1.4 hold until 5.0; those of 6.0 hold in 7.0.
   */
  readonly cis: {
    readonly "1.2"?: readonly string[];
    readonly "1.4": readonly string[];
    readonly "6.0": readonly string[];
  };
  /** What a match means, for somebody who has just been told about it. */
  readonly meaning: string;
  /**
   * Metric filter pattern, character by character as published. Security Hub fails the control when anything is
   * added or left out (Security Hub User Guide, "Amazon CloudWatch controls"), so tuning belongs elsewhere.
   */
  readonly pattern: string;
}

export type CisControlId = `CloudWatch.${number}` | "Organizations";

/** Metric namespace that the Security Hub User Guide names for the CIS metrics. */
export const CIS_METRIC_NAMESPACE = "LogMetrics";

/**
 * The fifteen filters of the CIS AWS Foundations Benchmark: Security Hub's CloudWatch.1 to CloudWatch.14 (Security
 * Hub User Guide, "Amazon CloudWatch controls") and the benchmark's own one for AWS Organizations.
 */
export const CIS_CONTROLS: readonly CisControl[] = [
  {
    id: "CloudWatch.1",
    name: "root-usage",
    title: "Use of the root user",
    securityHub: "CloudWatch.1",
    cis: { "1.2": ["1.1", "3.3"], "1.4": ["1.7", "4.3"], "6.0": ["5.3"] },
    meaning:
      "Somebody worked as the account's root user, whom no policy restricts. Find out who it was and why a role was not enough.",
    pattern:
      '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
  },
  {
    id: "CloudWatch.2",
    name: "unauthorized-api-calls",
    title: "Unauthorized API calls",
    securityHub: "CloudWatch.2",
    cis: { "1.2": ["3.1"], "1.4": ["4.1"], "6.0": ["5.1"] },
    meaning:
      "AWS refused an API call for lack of permission. Single refusals are everyday; many from one identity can be somebody trying doors.",
    pattern: '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
  },
  {
    id: "CloudWatch.3",
    name: "console-sign-in-without-mfa",
    title: "Console sign-in without MFA",
    securityHub: "CloudWatch.3",
    cis: { "1.2": ["3.2"], "1.4": ["4.2"], "6.0": ["5.2"] },
    meaning:
      "An IAM user signed in to the console with nothing but a password. Give the user an MFA device, or better a federated role.",
    pattern:
      '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
  },
  {
    id: "CloudWatch.4",
    name: "iam-policy-changes",
    title: "IAM policy changes",
    securityHub: "CloudWatch.4",
    cis: { "1.2": ["3.4"], "1.4": ["4.4"], "6.0": ["5.4"] },
    meaning:
      "An IAM policy was made, changed, attached, detached or deleted: somebody's permissions are not what they were.",
    pattern:
      "{($.eventName=DeleteGroupPolicy) || ($.eventName=DeleteRolePolicy) || ($.eventName=DeleteUserPolicy) || ($.eventName=PutGroupPolicy) || ($.eventName=PutRolePolicy) || ($.eventName=PutUserPolicy) || ($.eventName=CreatePolicy) || ($.eventName=DeletePolicy) || ($.eventName=CreatePolicyVersion) || ($.eventName=DeletePolicyVersion) || ($.eventName=AttachRolePolicy) || ($.eventName=DetachRolePolicy) || ($.eventName=AttachUserPolicy) || ($.eventName=DetachUserPolicy) || ($.eventName=AttachGroupPolicy) || ($.eventName=DetachGroupPolicy)}",
  },
  {
    id: "CloudWatch.5",
    name: "cloudtrail-changes",
    title: "CloudTrail configuration changes",
    securityHub: "CloudWatch.5",
    cis: { "1.2": ["3.5"], "1.4": ["4.5"], "6.0": ["5.5"] },
    meaning:
      "A trail was made, changed, deleted, started or stopped. If nobody announced it, treat it as an attempt to blind you.",
    pattern:
      "{($.eventName=CreateTrail) || ($.eventName=UpdateTrail) || ($.eventName=DeleteTrail) || ($.eventName=StartLogging) || ($.eventName=StopLogging)}",
  },
  {
    id: "CloudWatch.6",
    name: "console-sign-in-failures",
    title: "Failed console sign-ins",
    securityHub: "CloudWatch.6",
    cis: { "1.2": ["3.6"], "1.4": ["4.6"], "6.0": ["5.6"] },
    meaning:
      "Somebody gave a wrong password at the console sign-in. Once is a slip; repeatedly is somebody guessing.",
    pattern: '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}',
  },
  {
    id: "CloudWatch.7",
    name: "kms-key-loss",
    title: "Customer managed keys disabled or scheduled for deletion",
    securityHub: "CloudWatch.7",
    cis: { "1.2": ["3.7"], "1.4": ["4.7"], "6.0": ["5.7"] },
    meaning:
      "A KMS key was disabled or scheduled for deletion. What it encrypts becomes unreadable; a scheduled deletion can still be cancelled.",
    pattern:
      "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}",
  },
  {
    id: "CloudWatch.8",
    name: "s3-bucket-policy-changes",
    title: "S3 bucket policy changes",
    securityHub: "CloudWatch.8",
    cis: { "1.2": ["3.8"], "1.4": ["4.8"], "6.0": ["5.8"] },
    meaning:
      "A bucket's policy, ACL, CORS, lifecycle or replication changed. Check that the bucket has not become readable to strangers.",
    pattern:
      "{($.eventSource=s3.amazonaws.com) && (($.eventName=PutBucketAcl) || ($.eventName=PutBucketPolicy) || ($.eventName=PutBucketCors) || ($.eventName=PutBucketLifecycle) || ($.eventName=PutBucketReplication) || ($.eventName=DeleteBucketPolicy) || ($.eventName=DeleteBucketCors) || ($.eventName=DeleteBucketLifecycle) || ($.eventName=DeleteBucketReplication))}",
  },
  {
    id: "CloudWatch.9",
    name: "config-changes",
    title: "AWS Config configuration changes",
    securityHub: "CloudWatch.9",
    cis: { "1.2": ["3.9"], "1.4": ["4.9"], "6.0": ["5.9"] },
    meaning:
      "AWS Config's recorder or delivery channel was changed, stopped or removed: the record of resource configurations may have a gap.",
    pattern:
      "{($.eventSource=config.amazonaws.com) && (($.eventName=StopConfigurationRecorder) || ($.eventName=DeleteDeliveryChannel) || ($.eventName=PutDeliveryChannel) || ($.eventName=PutConfigurationRecorder))}",
  },
  {
    id: "CloudWatch.10",
    name: "security-group-changes",
    title: "Security group changes",
    securityHub: "CloudWatch.10",
    cis: { "1.2": ["3.10"], "1.4": ["4.10"], "6.0": ["5.10"] },
    meaning:
      "A security group or one of its rules changed. Check that nothing was opened that should stay closed.",
    pattern:
      "{($.eventName=AuthorizeSecurityGroupIngress) || ($.eventName=AuthorizeSecurityGroupEgress) || ($.eventName=RevokeSecurityGroupIngress) || ($.eventName=RevokeSecurityGroupEgress) || ($.eventName=CreateSecurityGroup) || ($.eventName=DeleteSecurityGroup)}",
  },
  {
    id: "CloudWatch.11",
    name: "network-acl-changes",
    title: "Network ACL changes",
    securityHub: "CloudWatch.11",
    cis: { "1.2": ["3.11"], "1.4": ["4.11"], "6.0": ["5.11"] },
    meaning: "A network ACL or one of its entries changed: subnets may admit other traffic than before.",
    pattern:
      "{($.eventName=CreateNetworkAcl) || ($.eventName=CreateNetworkAclEntry) || ($.eventName=DeleteNetworkAcl) || ($.eventName=DeleteNetworkAclEntry) || ($.eventName=ReplaceNetworkAclEntry) || ($.eventName=ReplaceNetworkAclAssociation)}",
  },
  {
    id: "CloudWatch.12",
    name: "network-gateway-changes",
    title: "Network gateway changes",
    securityHub: "CloudWatch.12",
    cis: { "1.2": ["3.12"], "1.4": ["4.12"], "6.0": ["5.12"] },
    meaning:
      "An internet or customer gateway was made, attached, detached or deleted: a network gained or lost a way out.",
    pattern:
      "{($.eventName=CreateCustomerGateway) || ($.eventName=DeleteCustomerGateway) || ($.eventName=AttachInternetGateway) || ($.eventName=CreateInternetGateway) || ($.eventName=DeleteInternetGateway) || ($.eventName=DetachInternetGateway)}",
  },
  {
    id: "CloudWatch.13",
    name: "route-table-changes",
    title: "Route table changes",
    securityHub: "CloudWatch.13",
    cis: { "1.2": ["3.13"], "1.4": ["4.13"], "6.0": ["5.13"] },
    meaning: "A route or route table changed: traffic may be taking another way than you think.",
    pattern:
      "{($.eventName=CreateRoute) || ($.eventName=CreateRouteTable) || ($.eventName=ReplaceRoute) || ($.eventName=ReplaceRouteTableAssociation) || ($.eventName=DeleteRouteTable) || ($.eventName=DeleteRoute) || ($.eventName=DisassociateRouteTable)}",
  },
  {
    id: "CloudWatch.14",
    name: "vpc-changes",
    title: "VPC changes",
    securityHub: "CloudWatch.14",
    cis: { "1.2": ["3.14"], "1.4": ["4.14"], "6.0": ["5.14"] },
    meaning: "A VPC or a peering between VPCs was made, changed or removed.",
    pattern:
      "{($.eventName=CreateVpc) || ($.eventName=DeleteVpc) || ($.eventName=ModifyVpcAttribute) || ($.eventName=AcceptVpcPeeringConnection) || ($.eventName=CreateVpcPeeringConnection) || ($.eventName=DeleteVpcPeeringConnection) || ($.eventName=RejectVpcPeeringConnection) || ($.eventName=AttachClassicLinkVpc) || ($.eventName=DetachClassicLinkVpc) || ($.eventName=DisableVpcClassicLink) || ($.eventName=EnableVpcClassicLink)}",
  },
  {
    id: "Organizations",
    name: "organizations-changes",
    title: "AWS Organizations changes",
    cis: { "1.4": ["4.15"], "6.0": ["5.15"] },
    meaning:
      "The organization changed: its accounts, units or policies. A removed policy or account can lift guard rails everywhere.",
    pattern:
      '{ ($.eventSource = organizations.amazonaws.com) && (($.eventName = "AcceptHandshake") || ($.eventName = "AttachPolicy") || ($.eventName = "CreateAccount") || ($.eventName = "CreateOrganizationalUnit") || ($.eventName = "CreatePolicy") || ($.eventName = "DeclineHandshake") || ($.eventName = "DeleteOrganization") || ($.eventName = "DeleteOrganizationalUnit") || ($.eventName = "DeletePolicy") || ($.eventName = "DetachPolicy") || ($.eventName = "DisablePolicyType") || ($.eventName = "EnablePolicyType") || ($.eventName = "InviteAccountToOrganization") || ($.eventName = "LeaveOrganization") || ($.eventName = "MoveAccount") || ($.eventName = "RemoveAccountFromOrganization") || ($.eventName = "UpdatePolicy") || ($.eventName = "UpdateOrganizationalUnit")) }',
  },
];
