import { describe, expect, it } from 'vitest';
import { describeOwner, isOfRun, isOwned } from '../../../core/resources/ownership.ts';

describe('a resource', () => {
  it.each([
    [{ 'openshift.io/cloud-credential-operator/demo': 'owned' }, true],
    [{ 'openshift.io/cloud-credential-operator/demo': 'anything' }, true],
    [{ 'openshift.io/cloud-credential-operator/demo-2': 'owned' }, false],
    [{ 'openshift.io/cloud-credential-operator/dem': 'owned' }, false],
    [{ Name: 'demo' }, false],
    [{}, false],
  ])('with tags %j is owned by the cluster demo: %s', (tags, owned) => {
    expect(isOwned(tags, 'demo')).toBe(owned);
  });

  it.each([
    [{ 'sts-prep/run': 'run-1' }, true],
    [{ 'sts-prep/run': 'run-10' }, false],
    [{}, false],
  ])('with tags %j was made by run-1: %s', (tags, made) => {
    expect(isOfRun(tags, 'run-1')).toBe(made);
  });

  it.each([
    [{ 'openshift.io/cloud-credential-operator/other': 'owned', a: 'b' }, 'it belongs to cluster other'],
    [{}, 'it has no tags'],
    [{ a: '1', b: '2' }, "it lacks the cluster's tag and has a, b"],
    [
      Object.fromEntries([...'abcdefg'].map((key) => [key, ''])),
      "it lacks the cluster's tag and has a, b, c, d, e",
    ],
  ])('with tags %j is described as "%s"', (tags, text) => {
    expect(describeOwner(tags)).toBe(text);
  });
});
