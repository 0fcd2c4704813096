/**
 * Sees to it that everything package-lock.json asks for is installed, and that `node_modules/.bin/node` is a Node
 * that runs TypeScript. It goes before whatever needs that, in JavaScript that any Node since 14 understands.
 *
 * npm itself does not link the project's Node: each platform's package has a command of the same name, and npm
 * counts those of the other platforms as linked already. An install script would do it where they are allowed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const COMMANDS = join(PROJECT, 'node_modules', '.bin');
const LINK = join(COMMANDS, 'node');

const wanted = packagesIn(join(PROJECT, 'package-lock.json'));
const absent = missing(wanted, packagesIn(join(PROJECT, 'node_modules', '.package-lock.json')));
if (absent.length > 0)
  fail(
    `${absent.length} of the packages in package-lock.json ${absent.length === 1 ? 'is' : 'are'} not in node_modules ` +
      `in the version it asks for: ${absent.slice(0, 3).join(', ')}${absent.length > 3 ? ', …' : ''}.`,
    'Run `npm ci`, then the command again.',
  );
const own = ownNode(wanted);
if (own === undefined) linkTo(capableHost('has no package for'));
else if (!isLinkTo(own)) linkTo(runs(own) ? own : capableHost('does not run on'));

function packagesIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

/** Names of what should be installed and is not, or in another version. */
function missing(lock, installed) {
  return Object.keys(lock)
    .filter((path) => path !== '' && isNeeded(lock[path]))
    .filter((path) => !isInstalled(path, lock[path], installed[path]))
    .map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
}

function isInstalled(path, { version }, there) {
  return there !== undefined && there.version === version && existsSync(join(PROJECT, path, 'package.json'));
}

/** Of what is optional, the packages for this platform. Which libc a platform has is left to npm to know. */
function isNeeded(entry) {
  return !entry.optional || isForThisPlatform(entry);
}

function isForThisPlatform({ os, cpu, libc }) {
  const has = (list, value) => [].concat(list || []).includes(value);
  return has(os, process.platform) && has(cpu, process.arch) && !libc;
}

/** The Node that comes as a package, where there is one for this platform. */
function ownNode(lock) {
  const path = Object.keys(lock).find((name) => isForThisPlatform(lock[name]) && lock[name].bin?.node);
  return path && join(PROJECT, path, lock[path].bin.node);
}

function runs(node) {
  return spawnSync(node, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The Node that runs this, if it can stand in for the project's own. */
function capableHost(why) {
  if (process.features.typescript) return process.execPath;
  return fail(
    `The Node that the project brings along ${why} this platform (${process.platform}, ${process.arch}), ` +
      `and the one at hand, ${process.version}, does not run TypeScript.`,
    'Install Node 24 or later, then run the command again.',
  );
}

function isLinkTo(node) {
  return existsSync(LINK) && realpathSync(LINK) === realpathSync(node);
}

/** Makes the link in one step, for another command may be about to use it. */
function linkTo(node) {
  if (isLinkTo(node)) return;
  const draft = `${LINK}.${process.pid}`;
  rmSync(draft, { force: true });
  // Relative where it can be: the folder may be moved.
  symlinkSync(node.startsWith(PROJECT) ? relative(COMMANDS, node) : node, draft);
  renameSync(draft, LINK);
}

function fail(message, remedy) {
  console.error(`\n${message}\n\n${remedy}`);
  process.exit(1);
}
