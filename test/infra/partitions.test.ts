import { expect, test } from 'vitest';
import { synthesise } from './synthesise.ts';

const inRegion = (region: string | undefined) =>
  JSON.stringify(
    synthesise({}, region === undefined ? undefined : { account: '111122223333', region }).toJSON(),
  );

test.each([undefined, 'eu-central-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])(
  'in region %s no ARN is tied to a partition',
  (region) => {
    expect(inRegion(region).match(/arn:aws[a-z-]*:[^"]*/g)).toBeNull();
  },
);

test.each(['us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])(
  'in region %s services are principals by the names that every partition knows',
  (region) => {
    const principals = new Set(
      [...inRegion(region).matchAll(/"Service":"([^"]+)"/g)].map(([, name]) => name),
    );
    expect([...principals].sort()).toEqual([
      'cloudwatch.amazonaws.com',
      'events.amazonaws.com',
      'lambda.amazonaws.com',
      'logging.s3.amazonaws.com',
      'scheduler.amazonaws.com',
      'states.amazonaws.com',
    ]);
  },
);
