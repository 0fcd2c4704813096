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
  // The key stays where it is as long as there is no place for it here.
  const bytes = hasManifests(directory) ? await read() : new Uint8Array();
  const files = await placeInstallFiles(bytes, cluster, directory);
  ui.tell({ event: 'placed', directory, files });
  ui.say(`${files.length} files were put into ${directory}; ${PRIVATE_KEY_FILE} is for your eyes only.`);
  ui.say(`Next: \`openshift-install create cluster --dir ${word(directory)}\`.`);

  async function read(): Promise<Uint8Array> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const key = archive.of({ cluster });
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key: key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (isAwsError(error, 'NoSuchKey'))
        throw new ClientError(
          `Nothing was prepared for a cluster ${cluster} here.`,
          '`sts-prep clusters` lists those that were.',
          EXIT.usage,
        );
      throw error;
    }
  }
}
