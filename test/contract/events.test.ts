import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { executionOf, objectCreatedSchema } from '../../core/usecases/start/start-run.ts';
import { executionEndedSchema } from '../../core/usecases/start/start-undo.ts';

const FOLDER = new URL('../../events/', import.meta.url);
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
const executionFor = (file: string) => executionOf(objectCreatedSchema.parse(read(file)));

describe('the event of an upload', () => {
  const uploads = files.filter((file) => file.startsWith('object-created'));

  it.each(uploads)('%s is understood, and always the same execution', (file) => {
    expect(objectCreatedSchema.safeParse(read(file)).success).toBe(true);
    expect(executionFor(file)).toEqual(executionFor(file));
  });

  it.each([
    ['object-created.json', 'demo-prepare-c9885f211d78', 'prepare/us-east-2/demo.tgz'],
    ['object-created-multipart.json', 'prod-east-prepare-a51daa6f5b4c', 'prepare/prod-east.tar.gz'],
    [
      'object-created-special-key.json',
      'Pr-fung-2-neu-prepare-73acb1cc3f61',
      'prepare/us-east-2/Prüfung (2) + neu.tar.gz',
    ],
    ['object-created-unversioned.json', 'demo-prepare-123449bd3e3d', 'prepare/us-east-2/demo.tgz'],
  ])('%s starts %s, today and in later releases', (file, name, key) => {
    const execution = executionFor(file);
    expect(execution?.name).toBe(name);
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ operation: 'prepare', bundle: { key } });
  });

  it('object-created-adopt.json starts an adoption', () => {
    const execution = executionFor('object-created-adopt.json');
    expect(execution?.name).toMatch(/^demo-adopt-[0-9a-f]{12}$/);
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ operation: 'adopt' });
  });

  it('object-created-migrate.json starts a migration', () => {
    const execution = executionFor('object-created-migrate.json');
    expect(execution).toMatchObject({ machine: 'prepare', name: expect.stringMatching(/^demo-migrate-/) });
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ operation: 'migrate' });
  });

  it('object-created-plan.json is for the machine that changes nothing, and says what it plans', () => {
    const execution = executionFor('object-created-plan.json');
    expect(execution?.machine).toBe('plan');
    expect(execution?.name).toMatch(/^demo-plan-upgrade-4-21-0-[0-9a-f]{12}$/);
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ operation: 'upgrade' });
  });

  it('object-created-delete.json is for the machine that deletes, and so is a plan of it', () => {
    const execution = executionFor('object-created-delete.json');
    expect(execution).toMatchObject({ machine: 'delete', name: expect.stringMatching(/^demo-delete-/) });
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ operation: 'delete' });
  });

  it('of a single step starts a run that is asked for it', () => {
    const execution = executionFor('object-created-single-step.json');
    expect(execution?.machine).toBe('prepare');
    expect(execution?.name).toMatch(/^demo-create-key-pair-[0-9a-f]{12}$/);
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ operation: 'create-key-pair' });
  });

  it('object-created-discover.json asks for the clusters of the account, of the machine of audits', () => {
    const execution = executionFor('object-created-discover.json');
    expect(execution).toMatchObject({ machine: 'audit', name: expect.stringMatching(/^all-discover-all-/) });
    expect(JSON.parse(execution?.input ?? '')).toMatchObject({ listsAccount: true });
  });

  it('that S3 delivers twice asks for the same execution twice, with the same input', () => {
    expect(executionFor('object-created-again.json')).toEqual(executionFor('object-created.json'));
  });

  it('of a folder starts nothing', () => {
    expect(executionFor('object-created-folder.json')).toBeUndefined();
  });
});

describe('the event of an execution', () => {
  const event = read('execution-timed-out.json') as { detail: object };

  it('that ended without coming to its own is understood', () => {
    expect(executionEndedSchema.parse(event).detail).toMatchObject({
      name: 'demo-prepare-0123456789ab',
      status: 'TIMED_OUT',
    });
  });

  it.each(['RUNNING', 'SUCCEEDED'])('that is %s is none of ours', (status) => {
    const other = { ...event, detail: { ...event.detail, status } };
    expect(executionEndedSchema.safeParse(other).success).toBe(false);
  });
});
