import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalError } from '../../scripts/local/local-error.ts';
import type { Bomb } from '../support/bombs/bomb.ts';
import { BOMBS } from '../support/bombs.ts';
import type { Sizes } from './arguments.ts';
import type { Answer } from './one-bomb.ts';
import type { Measured, Row } from './table.ts';

const ONE_BOMB = fileURLToPath(new URL('one-bomb.ts', import.meta.url));

/**
 * Measures how uploads that are made to swamp are answered, each in a process of its own: once as large as the limits
 * let it be, and once half as large, which shows what takes time with the square of its size.
 */
export async function measureBombs({ upload }: Pick<Sizes, 'upload'>): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bombs-'));
  const bombs = BOMBS.filter(({ what }) => what.includes(upload));
  if (bombs.length === 0)
    throw new LocalError(
      `--upload ${upload}: there is none.`,
      `They are: ${BOMBS.map(({ what }) => what).join('; ')}.`,
    );
  const rows: Row[] = [];
  for (const bomb of bombs) {
    const [half, whole] = await Promise.all([0.5, 1].map(async (scale) => fileOf(bomb, scale, folder)));
    if (half === undefined || whole === undefined) continue;
    const [smaller, prepare, audit] = [
      answer('prepare', half),
      answer('prepare', whole),
      answer('audit', whole),
    ];
    rows.push({
      upload: bomb.what,
      KiB: kib(prepare.uploaded),
      'prepare ms': prepare.ms.toFixed(0),
      'half of it ms': smaller.ms.toFixed(0),
      MiB: prepare.mib.toFixed(0),
      'told KiB': kib(prepare.told),
      'audit ms': audit.ms.toFixed(0),
      'audit MiB': audit.mib.toFixed(0),
      'audit told KiB': kib(audit.told),
    });
  }
  return {
    title: 'Uploads that swamp; time, memory of the process, and the largest of what is told of them',
    rows,
  };
}

async function fileOf(bomb: Bomb, scale: number, folder: string): Promise<string> {
  const file = join(folder, `${BOMBS.indexOf(bomb)}-${scale}${bomb.ending}`);
  writeFileSync(file, await bomb.bytes(scale));
  return file;
}

function answer(operation: 'prepare' | 'audit', file: string): Answer {
  return JSON.parse(
    execFileSync(process.execPath, [ONE_BOMB, operation, file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  ) as Answer;
}

function kib(bytes: number): string {
  return (bytes / 1_024).toFixed(0);
}
