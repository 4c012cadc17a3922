/**
 * What a user sets who wants an attacker contained: four responses are made instead of proposed, and one principal
 * stays who can mend what a response gets wrong.
 */
export const RESPONSE_SETTINGS: Readonly<Record<string, unknown>> = {
  "trailkeeper:responseModes": {
    "deactivate-access-key": "enforce",
    "quarantine-user": "enforce",
    "block-public-bucket": "enforce",
    "restore-trail": "enforce",
  },
  "trailkeeper:breakGlassPrincipals": ["role/break-glass"],
  // The local cloud has none, so that nobody could see whether they are as they were deployed.
  "trailkeeper:insights": [],
};
