import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { project } from './local/paths.ts';

/** Rooms from the ground up, and what is in them: each may use those before it, and none after it. */
export const ROOMS = {
  'core/util': 'knows nothing of AWS or OpenShift',
  'core/domain': 'pure: operations, requests, policies, reports',
  'core/bundle': 'archives and YAML, read as hostile',
  'core/aws': 'alone knows the SDK',
  'core/storage': 'keys and documents of the buckets',
  'core/resources': 'one resource: observe, checks, diff, apply, undo',
  'core/usecases': 'what a state does',
  'core/runtime': 'environment, task wrapper, clients',
  cli: 'the client: one command line on AWS and on the emulator',
  functions: 'one file a state',
  statemachine: 'the workflow',
  infra: 'the CDK app',
  scripts: 'the demo, generators, tools',
  test: 'mirrors the others',
} as const;

type Room = keyof typeof ROOMS;

export const ROOM_NAMES = Object.keys(ROOMS) as readonly Room[];

export interface SourceFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Files of the project. Imports of types count: they bind as much. */
  readonly imports: readonly string[];
}

/** Every source file of the project with what it imports. */
export function sourceFiles(): readonly SourceFile[] {
  return [...new Set(ROOM_NAMES.map((room) => room.split('/')[0] ?? room))].flatMap((folder) =>
    readdirSync(project(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => read(join(entry.parentPath, entry.name))),
  );
}

function read(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const inProject = (file: string) => relative(project(), file).split(sep).join('/');
  return {
    path: inProject(path),
    text,
    imports: [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, file = '']) =>
      inProject(normalize(join(dirname(path), file))),
    ),
  };
}

/** The room that a file is in. */
export function roomOf(path: string): Room | undefined {
  return ROOM_NAMES.find((room) => path.startsWith(`${room}/`));
}

/**
 * The rooms as a Mermaid flowchart, from what their files import. Where a room uses another through a third, there is
 * no arrow of its own.
 */
export function roomsDiagram(files: readonly SourceFile[]): string {
  const uses = new Map(ROOM_NAMES.map((room) => [room, usedBy(room, files)]));
  const below = (room: Room): Set<Room> =>
    new Set([...(uses.get(room) ?? [])].flatMap((used) => [used, ...below(used)]));
  const nearest = (room: Room) => {
    const used = uses.get(room) ?? new Set();
    const further = new Set([...used].flatMap((each) => [...below(each)]));
    return ROOM_NAMES.filter((each) => used.has(each) && !further.has(each));
  };
  const id = (room: Room) => room.replace('/', '_');
  return [
    'flowchart TD',
    ...ROOM_NAMES.toReversed().map((room) => `  ${id(room)}["<b>${room}</b><br>${ROOMS[room]}"]`),
    ...ROOM_NAMES.flatMap((room) => nearest(room).map((used) => `  ${id(room)} --> ${id(used)}`)),
  ].join('\n');
}

function usedBy(room: Room, files: readonly SourceFile[]): ReadonlySet<Room> {
  const targets = files.filter(({ path }) => roomOf(path) === room).flatMap(({ imports }) => imports);
  return new Set(targets.flatMap((target) => roomOf(target) ?? []).filter((target) => target !== room));
}
