"""Starts the emulator with IAM enforced as AWS does, where ministack 1.5.33 does otherwise.

It would refuse what AWS allows, for what it makes of conditions:

- aws:PrincipalArn is, for a session of a role, the ARN of the role (IAM User Guide, "AWS global condition context
  keys"). ministack gives the ARN of the session.
- events:source and events:detail-type are those of the entries of PutEvents, dynamodb:LeadingKeys is the partition key
  of the item that a call is about (Service Authorization Reference). ministack knows none of them.
- A policy variable, such as ${aws:PrincipalAccount}, stands for its value (IAM User Guide, "IAM policy elements:
  Variables and tags"). ministack compares with the variable itself.

It would also listen on 127.0.0.1:443, where it may, for clients of Cognito; nobody asks there.
"""

import json
import re

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb, iam

conditions_met = iam_evaluator._conditions_met
resolve_condition_key = iam_evaluator._resolve_condition_key
request_tag_context = iam_actions.request_tag_context


def resolve_condition_key_as_aws(key, context):
    if key.lower() == "aws:principalarn" and context.principal_type == "AssumedRole":
        name = iam_evaluator._role_name_from_assumed_arn(context.principal_arn)
        role = iam._roles.get_scoped(context.principal_account, None, name)
        if role is not None:
            return role["Arn"]
    return resolve_condition_key(key, context)


def request_context_as_aws(service, iam_action, body, params):
    """The condition keys that a request itself brings; ministack asks here for tags alone."""
    context = request_tag_context(service, iam_action, body, params)
    if iam_action == "events:PutEvents":
        entries = json.loads(body).get("Entries", [])
        for key, field in (("events:source", "Source"), ("events:detail-type", "DetailType")):
            context[key] = sorted({entry[field] for entry in entries if field in entry})
    if service == "dynamodb":
        call = json.loads(body)
        table = dynamodb._tables.get(call.get("TableName", ""))
        key = call.get("Key") or call.get("Item") or {}
        if table is not None and table["pk_name"] in key:
            context["dynamodb:LeadingKeys"] = list(key[table["pk_name"]].values())
    return context


def conditions_met_as_aws(conditions, context):
    def with_value(variable):
        value = resolve_condition_key_as_aws(variable[1], context)
        return value if isinstance(value, str) else variable[0]

    def filled(values):
        if isinstance(values, dict):
            return {key: filled(value) for key, value in values.items()}
        if isinstance(values, list):
            return [filled(value) for value in values]
        return re.sub(r"\$\{([^}]+)\}", with_value, values) if isinstance(values, str) else values

    return conditions_met(filled(conditions), context)


iam_evaluator._conditions_met = conditions_met_as_aws
iam_evaluator._resolve_condition_key = resolve_condition_key_as_aws
iam_actions.request_tag_context = request_context_as_aws
app._port_is_bindable = lambda host, port: False

if __name__ == "__main__":
    app.main()
