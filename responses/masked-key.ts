/** An access key id as people are shown it: enough to tell keys apart. */
export function maskedKey(accessKeyId: string): string {
  return accessKeyId.length > 8 ? `${accessKeyId.slice(0, 4)}...${accessKeyId.slice(-2)}` : accessKeyId;
}
