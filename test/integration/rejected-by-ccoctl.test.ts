import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { foldersOf, goldenCases, sharedFolder, textsOf } from '../support/reference.ts';

const CREDREQS = sharedFolder('credreqs');
const FOLDERS = CREDREQS === undefined ? [] : foldersOf(CREDREQS);

/** Made by hand or for another cloud: these have tests of their own. */
const SPECIAL = ['4.7', 'extracted-by-oc-azure-sample', 'optional-operators'];

/** One document of a folder, as a plain scan of its text sees it. */
interface Scanned {
  readonly file: string;
  readonly document: number;
  readonly kind: string | undefined;
  readonly provider: string | undefined;
  readonly text: string;
  /** Why it is none of an AWS cluster's own; undefined when it is. */
  readonly skipped: string | undefined;
}

interface Report {
  readonly outcome: string;
  readonly roles?: readonly { readonly secret: string; readonly serviceAccounts: readonly string[] }[];
  readonly skipped: readonly { readonly file: string; readonly document: number; readonly reason: string }[];
  readonly problems?: readonly {
    readonly code: string;
    readonly file: string;
    readonly document: number;
    readonly field: string;
  }[];
  readonly error?: { readonly name: string };
}

describe.skipIf(CREDREQS === undefined)('manifests of real releases, on many of which ccoctl aborts', () => {
  let emulator: OwnEmulator;
  let account: TestAccount;
  beforeAll(async () => {
    emulator = await ownEmulator();
    account = await emulator.account();
  });
  afterAll(async () => {
    await emulator.stop();
    console.table(table);
  });

  /** Which requests for AWS count, and why the others do not, by folder and feature set. */
  const table: Record<string, Record<string, string>> = {};
  const folders = FOLDERS.filter((name) => !SPECIAL.includes(name)).flatMap((name) => [
    [name, 'Default'] as const,
    [name, 'TechPreviewNoUpgrade'] as const,
  ]);

  it.each(folders)('make a role or are listed as skipped: %s, %s', async (name, featureSet) => {
    const documents = scanFolder(name, featureSet);
    const report = await prepare(account, name, documents, featureSet);
    expect(report.outcome).toBe('prepared');
    expect(secretsOf(report)).toEqual(documents.filter(isForAws).map(secretOf).sort());
    expect(report.skipped).toEqual(documents.flatMap(skippedOf));
    expect(report.skipped.length + (report.roles?.length ?? 0)).toBe(documents.length);
    for (const document of documents.filter(({ provider }) => provider === 'AWSProviderSpec')) {
      const row = `${name} ${secretOf(document)}`;
      table[row] = { ...table[row], [featureSet]: document.skipped ?? 'counts' };
    }
  });

  it('make a role for a request that lists several feature sets, which ccoctl drops', () => {
    const secrets = (featureSet: string) => scanFolder('4.20', featureSet).filter(isForAws).map(secretOf);
    const added = secrets('TechPreviewNoUpgrade').filter((secret) => !secrets('Default').includes(secret));
    expect(added).toEqual(['openshift-cluster-api/capa-manager-bootstrap-credentials']);
  });

  it('are refused, document by document, when they name no service account, as those of 4.7', async () => {
    const documents = scanFolder('4.7');
    const report = await prepare(account, '4.7', documents);
    expect(report).toMatchObject({ outcome: 'rejected', error: { name: 'ServiceAccountNamesMissing' } });
    expect(report.problems).toEqual(
      documents.filter(isForAws).map(({ file, document }) =>
        expect.objectContaining({
          code: 'ServiceAccountNamesMissing',
          file,
          document,
          field: 'spec.serviceAccountNames',
        }),
      ),
    );
    expect(report.problems?.length).toBeGreaterThan(3);
  });

  it('are refused as a whole when all are for another cloud', async () => {
    const documents = scanFolder('extracted-by-oc-azure-sample');
    const report = await prepare(account, 'azure', documents);
    expect(report).toMatchObject({ outcome: 'rejected', error: { name: 'NoCredentialsRequests' } });
    expect(report.skipped).toEqual(documents.flatMap(skippedOf));
    expect(report.skipped).toHaveLength(documents.length);
  });
});

describe.skipIf(CREDREQS === undefined)('requests of optional operators, one by one', () => {
  let emulator: OwnEmulator;
  let account: TestAccount;
  beforeAll(async () => {
    emulator = await ownEmulator();
    account = await emulator.account();
  });
  afterAll(() => emulator.stop());

  const files =
    CREDREQS === undefined
      ? []
      : foldersOf(new URL('optional-operators/', CREDREQS)).flatMap((operator) =>
          scanFolder(`optional-operators/${operator}`),
        );

  it.each(files.map((document, index) => ({ ...document, index })))(
    'are prepared, or refused for what they lack: $file',
    async ({ index, ...document }) => {
      // A cluster each: below prepare/, one that is there already may not lose what it has.
      const report = await prepare(account, `optional-${index}`, [document]);
      const lacks = lacksOf(document);
      expect(codesOf(report)).toEqual(lacks);
      expect(report.outcome).toBe(lacks.length === 0 ? 'prepared' : 'rejected');
      if (lacks.length === 0) expect(secretsOf(report)).toEqual([secretOf(document)]);
      else expect(report.error?.name).toBe(lacks.length === 1 ? lacks[0] : 'InvalidBundle');
    },
  );

  it('hold both kinds', () => {
    const prepared = files.filter((document) => lacksOf(document).length === 0);
    expect([prepared.length, files.length - prepared.length]).toEqual([20, 21]);
  });
});

/** Why a request cannot be prepared, by the plain look of its text; sorted. */
function lacksOf(document: Scanned): string[] {
  if (!isForAws(document)) return ['NoCredentialsRequests'];
  return [
    // Placeholders of a template.
    /^[a-z0-9./-]+$/.test(secretOf(document)) ? [] : ['CredentialsRequestInvalid'],
    /^ {2}serviceAccountNames:/m.test(document.text) ? [] : ['ServiceAccountNamesMissing'],
  ].flat();
}

function codesOf({ problems = [] }: Report): string[] {
  return [...new Set(problems.map(({ code }) => code))].sort();
}

/** Uploads documents that stand in files of their own again, with the golden public key, and returns the report. */
async function prepare(
  account: TestAccount,
  folder: string,
  documents: readonly Scanned[],
  featureSet = 'Default',
): Promise<Report> {
  const cluster = `c-${folder.replaceAll('.', '-')}-${featureSet.slice(0, 1).toLowerCase()}`;
  const texts = new Map<string, string>();
  for (const { file } of documents) texts.set(file, fileTexts.get(file) ?? '');
  const outcome = await account.run(
    'prepare/bundle.tgz',
    await tgzOf([
      ['cluster.yaml', `name: ${cluster}\nregion: us-east-2\nfeatureSet: ${featureSet}\n`],
      ['serviceaccount-signer.public', goldenCases()[0]?.publicKey ?? ''],
      ...texts,
    ]),
  );
  return JSON.parse((await account.read(`clusters/${cluster}/runs/${outcome.run}/report.json`)) ?? '{}');
}

const fileTexts = new Map<string, string>();

/** Reads a folder's documents by nothing but lines and patterns, so that the count is independent of the product's. */
function scanFolder(name: string, featureSet = 'Default'): Scanned[] {
  return Object.entries(textsOf(new URL(`${name}/`, CREDREQS))).flatMap(([fileName, text]) => {
    const file = `${name}/${fileName}`;
    fileTexts.set(file, text);
    const parts = text.split(/^---.*$/m);
    // Comments and blank lines in front of the first mark are no document.
    if (isBlank(parts[0] ?? '') && parts.length > 1) parts.shift();
    return parts.map((part, index) => scan(file, index + 1, part, featureSet));
  });
}

function scan(file: string, document: number, text: string, featureSet: string): Scanned {
  // FeatureGates are JSON in files called .yaml.
  const kind = /^(?:kind: *| *"kind": *")(\w+)/m.exec(text)?.[1];
  const provider = /^ {3,}kind: *"?(\w+ProviderSpec)/m.exec(text)?.[1];
  const annotation = /^ +release\.openshift\.io\/feature-set: *"?([\w,]+)/m.exec(text)?.[1];
  const gate = /^ +release\.openshift\.io\/feature-gate: *"?(\w+)/m.exec(text)?.[1];
  const skipped = () => {
    if (isBlank(text)) return 'empty document';
    if (kind !== 'CredentialsRequest') return `kind ${kind}`;
    if (/^ +release\.openshift\.io\/delete: *"true"/m.test(text))
      return 'marked for deletion (release.openshift.io/delete)';
    if (annotation !== undefined && !annotation.split(',').includes(featureSet))
      return `feature set ${annotation}, the cluster's is ${featureSet}`;
    // The one that releases up to 4.22 have besides is on in previews only, as their FeatureGate manifests say.
    if (gate !== undefined && featureSet === 'Default')
      return `feature gate ${gate}: ${gate} is off in a cluster of feature set ${featureSet}`;
    return provider === 'AWSProviderSpec' ? undefined : `for another cloud (${provider})`;
  };
  return { file, document, kind, provider, text, skipped: skipped() };
}

function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(#.*)?$/.test(line));
}

function isForAws({ skipped }: Scanned): boolean {
  return skipped === undefined;
}

function skippedOf({ file, document, skipped }: Scanned) {
  return skipped === undefined ? [] : [{ file, document, reason: skipped }];
}

function secretOf({ text }: Scanned): string {
  const block = /^ {2}secretRef:\n((?: {4}.*\n?){2})/m.exec(text)?.[1] ?? '';
  return ['namespace', 'name']
    .map((key) => new RegExp(`^ +${key}: *"?([^"\\s]+)`, 'm').exec(block)?.[1])
    .join('/');
}

function secretsOf({ roles = [] }: Report): string[] {
  return roles.map(({ secret }) => secret).sort();
}
