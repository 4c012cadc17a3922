import { RESPONSE_IDS, type ResponseId, type ResponseMode } from "../responses/playbook-ids";

/** The mode of every playbook, and of restoring the trail: its own, or else the stack's. */
export function modesOfResponses(
  byDefault: ResponseMode,
  own: Partial<Readonly<Record<ResponseId, ResponseMode>>> = {},
): Readonly<Record<ResponseId, ResponseMode>> {
  return Object.fromEntries(RESPONSE_IDS.map((id) => [id, own[id] ?? byDefault])) as Readonly<
    Record<ResponseId, ResponseMode>
  >;
}
