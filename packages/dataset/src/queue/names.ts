// What things are called in Redis. The version is part of the queue's name: no worker can take a task that another version has written.
import { version } from '../../package.json';

/** Raise it when tasks or answers are written differently within one version. */
const WIRE = 1;

/** Of this package, and of what its tasks look like. */
export const QUEUE_VERSION = WIRE === 1 ? version : `${version}/${WIRE}`;

/** What all keys begin with; BullMQ adds its own names. */
export const PREFIX = 'gpt-talker';

/** BullMQ's queue of one version. */
export function queueName(ofVersion: string): string {
  return `prepare-${ofVersion.replaceAll('/', '-')}`;
}

/** A sorted set of who is there, of all versions, by the time until which that holds. */
export const PRESENCE_KEY = `${PREFIX}:prepare:present`;
