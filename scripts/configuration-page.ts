import * as z from 'zod';
import { clusterConfigSchema } from '../core/domain/cluster-config.ts';
import { settingsReference } from '../infra/settings.ts';

/** A JSON Schema, as far as a table of fields needs it. */
interface Field {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Field;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly additionalProperties?: Field | boolean;
}

/** What can be set, of a cluster and of a deployment, from the schemas that check it. */
export function configurationPage(): string {
  const cluster = z.toJSONSchema(clusterConfigSchema, { io: 'input' }) as Field;
  return `${[
    '# What can be set',
    'Made by `npm run generate` from the schemas that check it.',
    '## Of a cluster, in `cluster.yaml`',
    'In the bundle, for this run; [its JSON Schema](schemas/cluster.schema.json) is for editors too. Every field may be left out; name and region have to be said by one of the bundle’s files or by the key of the upload.',
    table(['field', 'is', 'meaning'], fieldsOf(cluster, '')),
    '## Of a deployment, as CDK context',
    '`npm run deploy -- -c <name>=<value>`. What is unknown or malformed is refused, with all that is wrong in one list. A deployment without an option has the default again, whatever the one before had.',
    table(
      ['name', 'default', 'meaning'],
      settingsReference().map(({ name, initially, meaning }) => [`\`${name}\``, shown(initially), meaning]),
    ),
  ].join('\n\n')}\n`;
}

function fieldsOf({ properties = {} }: Field, above: string): readonly (readonly string[])[] {
  return Object.entries(properties).flatMap(([name, field]) => [
    [`\`${above}${name}\``, typeOf(field), field.description ?? ''],
    ...fieldsOf(field, `${above}${name}.`),
  ]);
}

function typeOf({ type, enum: values, items, additionalProperties }: Field): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (typeof additionalProperties === 'object') return 'names and values';
  return type === undefined ? 'anything' : (TYPES[type] ?? type);
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'fields',
  boolean: '`true`, `false`',
};

function shown(value: unknown): string {
  const isNothing =
    value === undefined || value === '' || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}';
  return isNothing ? 'none' : `\`${String(value)}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
