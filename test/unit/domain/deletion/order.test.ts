import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDeletionOrder } from '../../../../core/domain/deletion/order.ts';

const codesOf = (value: unknown, name = 'demo') =>
  readDeletionOrder(name, value).problems.map(({ code, field }) => `${code} ${field ?? ''}`.trim());

describe('the file of a deletion', () => {
  it('confirms the name, and has a default for all the rest', () => {
    expect(readDeletionOrder('demo', { confirm: 'demo' })).toEqual({
      order: {
        options: {
          unusedForHours: 24,
          releaseName: false,
          privateKey: 'erase',
          bucket: 'retire',
          foreignObjects: 'refuse',
        },
      },
      problems: [],
    });
  });

  it('may say all of it', () => {
    const { order } = readDeletionOrder('demo', {
      confirm: 'demo',
      'unused-for-hours': 0,
      'release-name': true,
      'private-key': 'keep',
      'foreign-objects': 'keep',
      bucket: 'leave',
      region: 'us-east-2',
    });
    expect(order).toEqual({
      options: {
        unusedForHours: 0,
        releaseName: true,
        privateKey: 'keep',
        foreignObjects: 'keep',
        bucket: 'leave',
      },
      region: 'us-east-2',
    });
  });

  it.each([
    ['123', 'confirm: 123'],
    ['2024', 'confirm: 2_024'],
    ['1e3', '[]'],
    ['demo', 'confirm:'],
    ['null', 'confirm: null'],
  ])('whose remedy is followed confirms the name %s', (name, text) => {
    const { problems } = readDeletionOrder(name, parse(text));
    expect(problems).toHaveLength(1);
    const [, line = ''] = /(?:write|Write) (confirm: \S+) into/.exec(problems[0]?.remedy ?? '') ?? [];
    expect(readDeletionOrder(name, parse(line)).problems).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['a field that every object has', { confirm: 'demo', constructor: 1 }, ['DeletionInvalid constructor']],
    ['nothing', null, ['DeletionNotConfirmed confirm']],
    ['a text', 'confirm', ['DeletionInvalid']],
    ['a list', ['demo'], ['DeletionInvalid']],
    ['another name', { confirm: 'demo2' }, ['DeletionNotConfirmed confirm']],
    ['a name in other letters', { confirm: 'Demo' }, ['DeletionNotConfirmed confirm']],
    ['yes', { confirm: true }, ['DeletionNotConfirmed confirm']],
    ['an unknown field', { confirm: 'demo', releaseName: true }, ['DeletionInvalid releaseName']],
    ['yes for true', { confirm: 'demo', 'release-name': 'yes' }, ['DeletionInvalid release-name']],
    [
      'hours that are none',
      { confirm: 'demo', 'unused-for-hours': '24' },
      ['DeletionInvalid unused-for-hours'],
    ],
    ['hours below zero', { confirm: 'demo', 'unused-for-hours': -1 }, ['DeletionInvalid unused-for-hours']],
    ['another word', { confirm: 'demo', 'private-key': 'delete' }, ['DeletionInvalid private-key']],
    ['null', { confirm: 'demo', 'foreign-objects': null }, ['DeletionInvalid foreign-objects']],
    ['a region that is none', { confirm: 'demo', region: 'us-est-2' }, ['RegionUnknown region']],
    [
      'all at once',
      { confrim: 'demo', 'release-name': 1, region: 7 },
      [
        'DeletionInvalid confrim',
        'DeletionNotConfirmed confirm',
        'RegionUnknown region',
        'DeletionInvalid release-name',
      ],
    ],
  ])('that holds %s is refused', (_, value, expected) => {
    expect(codesOf(value)).toEqual(expected);
  });

  it('is refused for a cluster whose name is none', () => {
    expect(codesOf({ confirm: '*' }, '*')).toEqual(['ClusterNameInvalid name']);
  });

  it('never orders anything without the name, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const isConfirmed = JSON.stringify((value as { confirm?: unknown } | null)?.confirm) === '"demo"';
        if (!isConfirmed) expect(readDeletionOrder('demo', value).order).toBeUndefined();
      }),
    );
  });
});
