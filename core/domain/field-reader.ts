import { quoted } from '../util/visible.ts';
import { isOperator, isResource, nearestOperator } from './iam-grammar.ts';
import { isDnsName, isPlaceholder } from './kubernetes-names.ts';
import { TOKEN_PATH } from './names.ts';
import type { StatementEntry } from './policy-document.ts';
import type { Location, Problem, RejectionName } from './problem.ts';
import { isYamlText } from './yaml-text.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** More than fits into what IAM takes, by far; past it one problem is told instead of one for each. */
const MAX_SERVICE_ACCOUNTS = 400;
const MAX_STATEMENTS = 400;
/** Of one request; whoever has so many wrong does not read more. */
const MAX_PROBLEMS = 50;

/** Reads fields of one document by dotted path and collects what is wrong with them. */
export class FieldReader {
  readonly problems: Problem[] = [];
  readonly at: (field?: string) => Location;
  readonly #document: Mapping;

  constructor(document: Mapping, at: (field?: string) => Location) {
    this.#document = document;
    this.at = at;
  }

  refuse(code: RejectionName, field: string, message: string, { remedy }: { remedy: string }): void {
    const at = this.at(field);
    // What follows from what was told of a field already is not told.
    if (this.problems.some((each) => each.field === at.field)) return;
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ code, ...at, message, remedy });
  }

  text(field: string, code: RejectionName): string | undefined {
    const value = this.#get(field);
    if (typeof value === 'string' && value !== '') return value;
    this.refuse(
      code,
      field,
      value === undefined || value === null ? 'The field is missing.' : 'The field must be text.',
      {
        remedy: 'Take the manifest as the release has it (oc adm release extract --credentials-requests).',
      },
    );
    return undefined;
  }

  /** A name that goes into role names, file names and subjects, so nothing but a DNS subdomain will do. */
  dnsName(field: string, code: RejectionName, maxLength: number): string | undefined {
    const value = this.text(field, code);
    if (value === undefined || isDnsName(value, maxLength)) return value;
    this.refuse('CredentialsRequestInvalid', field, `${quoted(value)} is not a Kubernetes name.`, {
      remedy: isPlaceholder(value)
        ? 'It is the placeholder of a template: put the name there that the cluster has.'
        : `Use at most ${maxLength} lower-case letters, digits, - and . (RFC 1123).`,
    });
    return undefined;
  }

  /** The name of a Secret or a namespace, which stands in a manifest without quotes, as ccoctl writes it. */
  manifestName(field: string, of: 'secret' | 'namespace'): string | undefined {
    const value = this.dnsName(field, 'SecretRefMissing', of === 'secret' ? 253 : 63);
    if (value === undefined) return undefined;
    if (of === 'namespace' && value.includes('.')) {
      this.refuse('CredentialsRequestInvalid', field, `${quoted(value)} is not the name of a namespace.`, {
        remedy: 'Use at most 63 lower-case letters, digits and - (RFC 1123, DNS label).',
      });
      return undefined;
    }
    if (isYamlText(value)) return value;
    this.refuse(
      'CredentialsRequestInvalid',
      field,
      `Kubernetes reads ${quoted(value)} in a manifest as null, a boolean or a number, and no cluster takes it for a name.`,
      { remedy: 'Use another name, in the component too, such as cloud-credentials.' },
    );
    return undefined;
  }

  /** An absolute path in a container; undefined when it is not given, or is the usual one. */
  tokenPath(field: string): string | undefined {
    const value = this.#get(field);
    if (value === undefined || value === null || value === '' || value === TOKEN_PATH) return undefined;
    // It stands on a line of its own in a configuration file of the AWS SDK.
    if (typeof value === 'string' && value.length <= 1_024 && /^(\/[\w.@+-]+)+$/.test(value)) return value;
    this.refuse('CredentialsRequestInvalid', field, 'It is not an absolute path of a file.', {
      remedy: `Write it like ${TOKEN_PATH}, which it is when the field is left out.`,
    });
    return undefined;
  }

  serviceAccountNames(field: string): string[] {
    const value = this.#get(field);
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
      this.refuse(
        'ServiceAccountNamesMissing',
        field,
        'No service account is named, so no pod could assume the role.',
        {
          remedy:
            "Add the service accounts that the component's pods run as; releases before 4.8 lack them and cannot use STS, and sources of operators leave them out.",
        },
      );
      return [];
    }
    if (!Array.isArray(value)) {
      this.refuse('CredentialsRequestInvalid', field, 'The field must be a list.', {
        remedy: 'List the names.',
      });
      return [];
    }
    if (value.length > MAX_SERVICE_ACCOUNTS) {
      this.refuse('CredentialsRequestInvalid', field, `There are ${value.length} service accounts.`, {
        remedy: `IAM takes a trust policy of 4,096 characters, which hold fewer than ${MAX_SERVICE_ACCOUNTS}.`,
      });
      return [];
    }
    const names: string[] = [];
    for (const [index, name] of value.entries()) {
      if (typeof name === 'string' && isDnsName(name, 253)) names.push(name);
      else {
        this.refuse(
          'CredentialsRequestInvalid',
          `${field}[${index}]`,
          'The entry is not the name of a service account.',
          {
            remedy: 'Use the plain name; patterns are not possible in a subject.',
          },
        );
      }
    }
    return names;
  }

  statements(field: string): StatementEntry[] {
    const value = this.#get(field);
    if (!Array.isArray(value) || value.length === 0) {
      const message =
        Array.isArray(value) || value === undefined ? 'No statement is given.' : 'The field must be a list.';
      this.refuse('CredentialsRequestInvalid', field, message, {
        remedy: 'Give at least one entry with effect, action and resource.',
      });
      return [];
    }
    if (value.length > MAX_STATEMENTS) {
      this.refuse('CredentialsRequestInvalid', field, `There are ${value.length} statements.`, {
        remedy: `IAM takes a policy of 10,240 characters, which hold fewer than ${MAX_STATEMENTS}.`,
      });
      return [];
    }
    return value.flatMap((entry: unknown, index) => this.#statement(entry, `${field}[${index}]`) ?? []);
  }

  #statement(entry: unknown, field: string): StatementEntry | undefined {
    if (!isMapping(entry)) {
      this.refuse('CredentialsRequestInvalid', field, 'The statement must be a mapping.', {
        remedy: 'Give effect, action and resource.',
      });
      return undefined;
    }
    // What is not told any more is not looked at either; the request is refused in any case.
    if (this.problems.length >= MAX_PROBLEMS) return undefined;
    const before = this.problems.length;
    this.#knownKeysOnly(entry, field);
    const { effect, action, resource, policyCondition } = entry;
    if (effect !== 'Allow' && effect !== 'Deny') {
      this.refuse('StatementEffectInvalid', `${field}.effect`, `The effect is ${show(effect)}.`, {
        remedy: 'Write Allow or Deny, in this case.',
      });
    }
    if (!Array.isArray(action) || action.length === 0) {
      this.refuse('StatementActionMissing', `${field}.action`, 'The statement has no list of actions.', {
        remedy: 'List at least one action, such as ec2:DescribeInstances.',
      });
    } else if (!action.every((item) => typeof item === 'string' && item !== '')) {
      this.refuse('CredentialsRequestInvalid', `${field}.action`, 'An action is not text.', {
        remedy: 'Write every action as service:Name.',
      });
    }
    if (typeof resource !== 'string' || resource === '') {
      this.refuse('StatementResourceMissing', `${field}.resource`, 'The statement has no resource.', {
        remedy: 'Give one ARN or pattern as text.',
      });
    } else if (!isResource(resource)) {
      this.refuse(
        'CredentialsRequestInvalid',
        `${field}.resource`,
        `${quoted(resource)} is neither an ARN nor "*", and IAM takes no policy with it.`,
        { remedy: 'Write an ARN, such as arn:aws:s3:::bucket/*, or "*", without blanks around it.' },
      );
    }
    if (isCondition(policyCondition)) {
      this.#knownOperatorsOnly(policyCondition, `${field}.policyCondition`);
      for (const key of inexactNumbers(policyCondition))
        this.refuse(
          'CredentialsRequestInvalid',
          `${field}.policyCondition.${key}`,
          'It is a number that does not keep its digits, such as an account id that begins with 0.',
          { remedy: 'Put it in quotes.' },
        );
    } else if (policyCondition !== undefined && policyCondition !== null) {
      this.refuse(
        'CredentialsRequestInvalid',
        `${field}.policyCondition`,
        'The condition is not of the form operator, key, value.',
        {
          remedy: 'Write for example StringEquals: {aws:RequestedRegion: us-east-1}.',
        },
      );
    }
    if (this.problems.length > before) return undefined;
    const hasCondition = isCondition(policyCondition) && Object.keys(policyCondition).length > 0;
    return {
      effect: effect as StatementEntry['effect'],
      action: action as string[],
      resource: resource as string,
      ...(hasCondition ? { policyCondition } : {}),
    };
  }

  #knownOperatorsOnly(condition: NonNullable<StatementEntry['policyCondition']>, field: string): void {
    for (const operator of Object.keys(condition).filter((each) => !isOperator(each))) {
      const near = nearestOperator(operator);
      this.refuse(
        'CredentialsRequestInvalid',
        `${field}.${operator}`,
        `${quoted(operator)} is no operator of conditions, and IAM takes no policy with it.`,
        {
          remedy:
            near === undefined
              ? 'Use an operator of IAM, such as StringEquals.'
              : `Write ${near}, if that is meant.`,
        },
      );
      if (this.problems.length >= MAX_PROBLEMS) return;
    }
  }

  /** ccoctl ignores keys it does not know; a statement that means more than it says must not pass. */
  #knownKeysOnly(entry: Mapping, field: string): void {
    const strange = Object.keys(entry).filter(
      (key) => !['effect', 'action', 'resource', 'policyCondition'].includes(key),
    );
    for (const key of strange.slice(0, MAX_PROBLEMS)) {
      this.refuse('PolicyRefused', `${field}.${key}`, `${quoted(key)} is no part of a statement entry.`, {
        remedy: 'Only effect, action, resource and policyCondition are possible; write out what is allowed.',
      });
    }
  }

  #get(field: string): unknown {
    return field.split('.').reduce<unknown>((value, key) => mapping(value)[key], this.#document);
  }
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function isCondition(value: unknown): value is NonNullable<StatementEntry['policyCondition']> {
  return (
    isMapping(value) &&
    Object.values(value).every((keys) => isMapping(keys) && Object.values(keys).every(isConditionValue))
  );
}

function isConditionValue(value: unknown): boolean {
  return [value].flat().every((item) => ['string', 'number', 'boolean'].includes(typeof item));
}

/** Where numbers are that would not come out as they were written; `readYamlDocuments` makes NaN of such. */
function inexactNumbers(condition: NonNullable<StatementEntry['policyCondition']>): string[] {
  const isInexact = (value: unknown) => typeof value === 'number' && !Number.isFinite(value);
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, value]) =>
      Array.isArray(value)
        ? value.flatMap((item: unknown, index) => (isInexact(item) ? `${operator}.${key}[${index}]` : []))
        : isInexact(value)
          ? `${operator}.${key}`
          : [],
    ),
  );
}

/** Shows a scalar of a manifest in a message, cut short. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  return typeof value === 'string' ? quoted(value) : `of type ${typeof value}`;
}
