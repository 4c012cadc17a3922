import { serveSecurityGroups } from "./ec2-world-groups";
import { serveInstances } from "./ec2-world-instances";
import type { Ec2World } from "./ec2-world-model";
import { serveSharing } from "./ec2-world-sharing";
import type { Handlers } from "./fake-aws";

/** EC2 as its API Reference describes it, as far as playbooks call it; pages have one item, so that nobody forgets them. */
export function serveEc2(world: Ec2World): Handlers {
  return { ...serveSecurityGroups(world), ...serveInstances(world), ...serveSharing(world) };
}
