import { isAwsError } from '../core/aws/errors.ts';
import { archive, PRIVATE_KEY_FILE } from '../core/storage/layout.ts';
import { word } from '../core/util/shell.ts';
import type { Deployment } from './deployment.ts';
import { ClientError, EXIT } from './errors.ts';
import { hasManifests, placeInstallFiles } from './install.ts';
import type { Ui } from './ui.ts';

/** Fetches what a cluster's installation needs and puts it into the installer's directory. Throws ClientError. */
export async function fetchInstallFiles(
  { clients: { s3 }, outputBucket }: Deployment,
  cluster: string,
  directory: string,
  ui: Ui,
): Promise<void> {
  const bytes = await read();
  const files = await placeInstallFiles(bytes, cluster, directory);
  ui.tell({ event: 'placed', directory, files });
  ui.say(`${files.length} files were put into ${directory}; ${PRIVATE_KEY_FILE} is for your eyes only.`);
  ui.say(`Next: \`openshift-install create cluster --dir ${word(directory)}\`.`);

  async function read(): Promise<Uint8Array> {
    const { GetObjectCommand, HeadObjectCommand } = await import('@aws-sdk/client-s3');
    const object = { Bucket: outputBucket, Key: archive.of({ cluster }) };
    try {
      // The key stays where it is as long as there is no place for it here.
      if (!hasManifests(directory)) {
        await s3.send(new HeadObjectCommand(object));
        return new Uint8Array();
      }
      const { Body } = await s3.send(new GetObjectCommand(object));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (isAwsError(error, 'NoSuchKey', 'NotFound'))
        throw new ClientError(
          `Nothing was prepared for a cluster ${cluster} here.`,
          '`sts-prep clusters` lists those that were.',
          EXIT.usage,
        );
      throw error;
    }
  }
}
