import { visible } from '../../core/util/visible.ts';

/** Tells the user what is going on: a short topic and what is being done about it. */
export type Progress = (topic: string, text: string) => void;

/** Progress as aligned lines on a stream. */
export function progressOn(stream: NodeJS.WritableStream): Progress {
  return (topic, text) => {
    stream.write(`  ${topic.padEnd(11)} ${visible(text)}\n`);
  };
}
