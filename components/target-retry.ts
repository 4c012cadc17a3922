/** EventBridge's own maximum, written out: 24 hours and 185 attempts (EventBridge User Guide, "Retry policy"). */
export const TARGET_RETRY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };
