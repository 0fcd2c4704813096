import { readBundleFiles } from '../../../core/bundle/read-archive.ts';
import { BundleRejected } from '../../../core/domain/errors.ts';
import { type Problem, REJECTIONS } from '../../../core/domain/problem.ts';

/** The problems a bundle is refused with; fails if it is accepted or if anything else is thrown. */
export async function problemsOf(fileName: string, bytes: Uint8Array): Promise<readonly Problem[]> {
  try {
    await readBundleFiles(fileName, bytes);
  } catch (error) {
    if (error instanceof BundleRejected) return error.problems;
    throw error;
  }
  throw new Error('the bundle was accepted');
}

/** The same, short: each problem as its code and, if known, its file. */
export async function refusal(fileName: string, bytes: Uint8Array): Promise<string[]> {
  const problems = await problemsOf(fileName, bytes);
  return problems.map(({ code, file }) => {
    if (!(code in REJECTIONS)) throw new Error(`unknown code ${code}`);
    return file === undefined ? code : `${code} ${file}`;
  });
}

/** The files of a bundle as text by path, in their order. */
export async function textsOf(fileName: string, bytes: Uint8Array): Promise<Record<string, string>> {
  const files = await readBundleFiles(fileName, bytes);
  return Object.fromEntries(files.map((file) => [file.path, Buffer.from(file.bytes).toString('utf8')]));
}
