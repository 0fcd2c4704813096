import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  executionOf,
  type ObjectCreated,
  objectCreatedSchema,
} from '../../../../core/usecases/start/start-run.ts';
import { anyCharacter } from '../../../support/any-character.ts';

function event(
  key: string,
  more: Partial<ObjectCreated['detail']['object']> = {},
  bucket = 'intake',
): ObjectCreated {
  return {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key, 'version-id': 'v1', ...more } },
  };
}
const nameOf = (created: ObjectCreated) => executionOf(created)?.name;

describe('the execution of an upload', () => {
  it('is named after bundle and operation, so that a list of executions can be read', () => {
    expect(nameOf(event('prepare/prod-east.tar.gz'))).toMatch(/^prod-east-prepare-[0-9a-f]{12}$/);
    expect(nameOf(event('prepare/us-east-2/demo.yaml'))).toMatch(/^demo-prepare-[0-9a-f]{12}$/);
  });

  it.each([
    ['upgrade/demo/4.14.0.tgz', /^demo-upgrade-4-14-0-[0-9a-f]{12}$/],
    ['prune/demo/4.14.0.zip', /^demo-prune-4-14-0-[0-9a-f]{12}$/],
    ['audit/demo/4.14.0.tgz', /^demo-audit-4-14-0-[0-9a-f]{12}$/],
    ['releases/4.14.0.tgz', /^all-audit-4-14-0-[0-9a-f]{12}$/],
  ])('says cluster, operation and release: %s', (key, name) => {
    expect(nameOf(event(key))).toMatch(name);
  });

  it.each([
    ['releases/4.14.0.tgz', 'audit', { trigger: 'upload' }],
    ['audit/demo/4.14.0.tgz', 'audit', { trigger: 'upload', clusters: ['demo'] }],
    ['upgrade/demo/4.14.0.tgz', 'prepare', { operation: 'upgrade' }],
  ])('is of the machine that the key asks for: %s', (key, machine, input) => {
    const execution = executionOf(event(key));
    expect(execution?.machine).toBe(machine);
    expect(JSON.parse(execution?.input ?? '')).toEqual({
      ...input,
      bundle: { bucket: 'intake', key, versionId: 'v1' },
    });
  });

  it('has a name that is cut in its readable part only, with room for a suffix', () => {
    expect(nameOf(event(`prepare/${'k'.repeat(300)}.tgz`))).toMatch(/^k{62}-[0-9a-f]{12}$/);
  });

  it('gets operation and the very version as its input', () => {
    expect(executionOf(event('prepare/us-east-2/demo.tgz'))?.input).toBe(
      '{"operation":"prepare","bundle":{"bucket":"intake","key":"prepare/us-east-2/demo.tgz","versionId":"v1"}}',
    );
  });

  it('gets no version from a bucket without versions', () => {
    const { 'version-id': _, ...object } = event('prepare/demo.tgz').detail.object;
    const unversioned = { ...event(''), detail: { bucket: { name: 'intake' }, object } };
    expect(JSON.parse(executionOf(unversioned)?.input ?? '')).not.toHaveProperty('bundle.versionId');
  });

  it.each(['prepare/', 'prepare/us-east-2/'])('is none for the folder %s', (key) => {
    expect(executionOf(event(key))).toBeUndefined();
  });

  it('is none for what was found in a running cluster, which waits for an audit', () => {
    expect(executionOf(event('verified/demo.json'))).toBeUndefined();
    expect(executionOf(event('verified/demo/more.json'))).toBeDefined();
  });

  it.each([
    ['another version', event('prepare/demo.tgz', { 'version-id': 'v2' })],
    ['another folder', event('prepare/us-east-2/demo.tgz')],
    ['another ending', event('prepare/demo.zip')],
    ['another bucket', event('prepare/demo.tgz', {}, 'intake-2')],
    ['another operation', event('plan/demo.tgz')],
  ])('is another one for %s', (_, other) => {
    expect(nameOf(other)).not.toBe(nameOf(event('prepare/demo.tgz')));
  });

  it('is another one for another upload where there are no versions', () => {
    const upload = (sequencer: string) => {
      const { 'version-id': _, ...object } = event('prepare/demo.tgz', { sequencer, etag: 'e' }).detail
        .object;
      return nameOf({ ...event(''), detail: { bucket: { name: 'intake' }, object } });
    };
    expect(upload('1')).not.toBe(upload('2'));
    expect(upload('1')).toBe(upload('1'));
  });
});

describe('the execution of any key', () => {
  const keys = fc.oneof(
    fc.string({ minLength: 1, maxLength: 300, unit: anyCharacter }),
    fc
      .array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 })
      .map((parts) => `prepare/${parts.join('/')}`),
    fc.stringMatching(/^prepare\/[A-Za-z0-9._-]{1,200}\.tgz$/),
  );

  it('is the same for the same event, whatever else that says', () => {
    fc.assert(
      fc.property(keys, fc.string(), (key, noise) => {
        const again = event(key, { size: noise.length, etag: noise, sequencer: noise });
        expect(executionOf(again)).toEqual(executionOf(event(key)));
      }),
    );
  });

  it('has a name that Step Functions and CloudWatch accept, with room for a suffix', () => {
    fc.assert(
      fc.property(keys, fc.string(), (key, version) => {
        const name = nameOf(event(key, { 'version-id': version }));
        if (key.endsWith('/')) expect(name).toBeUndefined();
        else expect(name).toMatch(/^[0-9A-Za-z_-]{14,75}$/);
      }),
    );
  });

  it('has an input that gives the key back', () => {
    fc.assert(
      fc.property(
        keys.filter((key) => !key.endsWith('/')),
        (key) => {
          expect(JSON.parse(executionOf(event(key))?.input ?? '')).toMatchObject({ bundle: { key } });
        },
      ),
    );
  });
});

describe('an event', () => {
  it.each([
    ['of another source', { ...event('a'), source: 'aws.ec2' }],
    ['of another type', { ...event('a'), 'detail-type': 'Object Deleted' }],
    ['without key', { ...event('a'), detail: { bucket: { name: 'b' }, object: {} } }],
    ['with an empty key', event('')],
  ])('%s is refused', (_, wrong) => {
    expect(objectCreatedSchema.safeParse(wrong).success).toBe(false);
  });
});
