import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { chromiumHindrance } from '../../scripts/local/chromium.ts';
import { PROJECT } from '../../scripts/local/paths.ts';
import { PART_NAMES, readBenchArguments } from './arguments.ts';

/** The smallest of everything, and calls slow enough that no time is rounded to nothing, however fast the machine. */
const TINY = [
  ...['--roles', '1', '--others', '2', '--delay', '20'],
  ...['--function', 'lock', '--tries', '1'],
  ...['--seconds', '0.001'],
  ...['--clusters', '2', '--releases', '2'],
  ...['--upload', 'escapes'],
];

interface Table {
  readonly title: string;
  readonly machine: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

describe('npm run bench', () => {
  let tables: readonly Table[];

  beforeAll(async () => {
    tables = tablesIn((await bench(...TINY)).stdout);
  }, 600_000);

  it('measures every part, one after the other in one call', () => {
    expect(tables.map(({ title }) => title.split(/[,;]/)[0])).toEqual([
      'Prepare',
      'Chain of a prepare',
      'Plan of a prepare',
      'Delete',
      'Functions as deployed',
      'Cold and warm runs as deployed on the emulator',
      'Policies compared',
      'Audit',
      'Report of an audit',
      'Uploads that swamp',
    ]);
  });

  it.each([
    { part: 'Prepare', rows: ['1 role, first run', '1 role, re-run'] },
    { part: 'Plan', rows: ['1 role, nothing there yet', '1 role, all as it should be'] },
    { part: 'Delete', rows: ['1 role among 2 others'] },
    { part: 'Functions as deployed', rows: ['lock'] },
    { part: 'Cold', rows: ['6 roles, cold functions', '6 roles, warm functions'] },
    {
      part: 'Policies compared',
      rows: [
        'the same 40 actions',
        'other order, other case',
        'two actions missing',
        'live with wildcards',
        'a wildcard in both',
        'resources, in part',
        'resources, all of two',
        'the same conditions',
        'a weaker condition',
      ],
    },
    { part: 'Audit', rows: ['2 clusters of 6 roles, 1 release', '2 clusters of 6 roles, 2 releases'] },
    { part: 'Report of an audit', rows: ['report.html', 'report.md'] },
    { part: 'Uploads that swamp', rows: ['escapes'] },
  ])('$part: has a row for all that is measured', ({ part, rows }) => {
    expect(tableOf(part).rows.map(([name]) => name)).toEqual(rows);
  });

  it.each([
    {
      part: 'Prepare',
      columns: [
        'seconds',
        'calls',
        'IAM reads',
        'S3 reads',
        'S3 writes',
        'STS tries',
        'transitions',
        'dollars',
      ],
    },
    { part: 'Chain', columns: ['step', 'side by side'] },
    { part: 'Plan', columns: ['seconds', 'calls'] },
    { part: 'Delete', columns: ['seconds', 'calls'] },
    {
      part: 'Functions as deployed',
      columns: ['KiB', 'KiB gzip', 'first invocation ms', 'CPU ms', 'times an empty handler'],
    },
    { part: 'Cold', columns: ['seconds', 'seconds without the key'] },
    { part: 'Policies compared', columns: ['pairs', 'pairs per second'] },
    { part: 'Audit', columns: ['seconds', 'calls', 'calls per cluster', 'peak MiB'] },
    { part: 'Report of an audit', columns: ['kB', 'ms to write'] },
    { part: 'Uploads that swamp', columns: ['prepare ms', 'MiB', 'audit ms', 'audit told KiB'] },
  ])('$part: every figure is a number above 0', ({ part, columns }) => {
    for (const column of columns)
      expect(
        figures(part, column).filter((figure) => !(figure > 0 && Number.isFinite(figure))),
        column,
      ).toEqual([]);
  });

  it.skipIf(chromiumHindrance() !== undefined)(
    'tells when Chromium first painted the page of a fleet',
    () => {
      const [paint] = figures('Report of an audit', 'first paint ms');
      expect(paint).toBeGreaterThan(0);
    },
  );

  it('tells a first run from its first call to the last, step by step, and a re-run as a shorter chain', () => {
    const { rows } = tableOf('Chain');
    const steps = (run: string) => rows.filter(([name]) => name === run).map(([, step]) => Number(step));
    expect(steps('first run')).toEqual(steps('first run').map((_, index) => index + 1));
    expect(rows[0]).toContain('read-bundle');
    expect(rows.findLast(([run]) => run === 'first run')).toContain('unlock');
    expect(steps('re-run').length).toBeLessThan(steps('first run').length);
  });

  it('writes to IAM in a first run, and not in a re-run', () => {
    const [first, again] = figures('Prepare', 'IAM writes');
    expect(first).toBeGreaterThan(0);
    expect(again).toBe(0);
  });

  it('says of every table which machine, load, Node and sizes it is of', () => {
    for (const { machine } of tables)
      expect(machine).toMatch(
        /^\d+ cores? \(.+\), load \d+\.\d\d at the start, Node \d+\.\d+\.\d+(, commit .+)?$/,
      );
    expect(tableOf('Prepare').title).toContain('20 ms');
    expect(tableOf('Functions as deployed').title).toContain('median of 1');
    expect(tableOf('Policies compared').title).toContain('0.001 s');
    expect(tableOf('Audit').title).toContain('20 ms');
  });

  function tableOf(part: string): Table {
    const found = tables.find(({ title }) => title.startsWith(part));
    if (found === undefined) throw new Error(`There is no table of ${part}.`);
    return found;
  }

  function figures(part: string, column: string): number[] {
    const { columns, rows } = tableOf(part);
    const index = columns.indexOf(column);
    expect(index, `${part} has a column ${column}`).toBeGreaterThan(0);
    return rows.map((row) => (row[index] === '' ? Number.NaN : Number(row[index])));
  }
});

describe('the command line of npm run bench', () => {
  it('prints usage with all parts and options, and measures nothing', async () => {
    const { code, stdout } = await bench('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run bench/);
    for (const word of [...PART_NAMES, ...TINY.filter((argument) => argument.startsWith('--'))])
      expect(stdout).toContain(`  ${word} `);
  });

  it('ends with 2 when it is not understood', async () => {
    const { code, stdout, stderr } = await bench('runs', '--rolls', '1');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("'--rolls'");
    expect(stderr).toContain('Usage: npm run bench');
  });

  it('measures everything at full size when nothing is said', () => {
    expect(readBenchArguments([])).toMatchObject({
      parts: ['runs', 'chain', 'plans', 'deletions', 'bundles', 'cold', 'policies', 'audit', 'page', 'bombs'],
      sizes: {
        roles: [6, 100],
        others: [400, 4_000],
        tries: 7,
        seconds: 1.5,
        clusters: 200,
        releases: 5,
        delay: 80,
      },
    });
  });

  it('measures the parts that are named, in their order', () => {
    expect(readBenchArguments(['audit', 'runs'])).toMatchObject({ parts: ['runs', 'audit'] });
  });

  it.each([
    {
      args: ['nonsense'],
      says: 'nonsense: the parts are runs, chain, plans, deletions, bundles, cold, policies, audit, page, bombs.',
    },
    { args: ['runs', '--clusters', '5'], says: '--clusters is for audit, not for runs.' },
    {
      args: ['bundles', '--delay', '5'],
      says: '--delay is for runs and chain and plans and deletions and audit, not for bundles.',
    },
    { args: ['--roles', '0'], says: '--roles "0": a whole number from 1 to 1000.' },
    { args: ['--clusters', 'many'], says: '--clusters "many": a whole number from 1 to 1000.' },
    { args: ['--releases', '6'], says: '--releases "6": a whole number from 1 to 5.' },
    { args: ['--seconds', '0'], says: '--seconds "0": a number above 0, like 1.5.' },
    { args: ['--function', 'unlck'], says: '--function unlck: the functions are start-run, ' },
    { args: ['--manifests', 'not/there'], says: '--manifests not/there: there is no such folder.' },
    {
      args: ['--manifests', 'docs'],
      says: '--manifests docs: two folders at least, named like 4.20, must be in it.',
    },
  ])('refuses $args', ({ args, says }) => {
    expect(() => readBenchArguments(args)).toThrow(says);
  });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a developer does. Throws when a benchmark fails, with all that it printed. */
async function bench(...args: readonly string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)('npm', ['run', '--silent', 'bench', '--', ...args], {
      cwd: PROJECT,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    if (code === 2) return { code, stdout, stderr };
    throw new Error(`It ended with ${code}:\n${stdout}\n${stderr}`);
  }
}

/** The tables of an output: a title, the machine, the columns, and rows; cells start where their column does. */
function tablesIn(output: string): Table[] {
  return output
    .split('\n\n')
    .map((block) => block.trim().split('\n'))
    .filter((lines) => lines.length > 3)
    .map(([title = '', machine = '', header = '', ...lines]) => {
      const starts = [...header.matchAll(/(?<=^|\s{2})\S/g)].map(({ index }) => index);
      const cells = (line: string) => starts.map((start, nth) => line.slice(start, starts[nth + 1]).trim());
      return { title, machine, columns: cells(header), rows: lines.map(cells) };
    });
}
