// The text of a voice.json, checked.
import { version as ownVersion } from '../package.json';
import { VoiceFileError } from './errors';
import { checkRequirement } from './requirements';
import { requirements, VOICE_FORMAT, VOICE_VERSION, voiceManifestSchema, type VoiceManifest } from './voice-manifest';

export const MANIFEST_FILE = 'voice.json';

/** A manifest has symbols and a few numbers; more than this is something else. */
export const MAXIMUM_MANIFEST_BYTES = 1024 * 1024;

/**
 * Validates the text of a voice.json; `where` is named in errors.
 * @throws VoiceFileError `manifest` or `version`.
 */
export function parseManifest(text: string, where: string = MANIFEST_FILE): VoiceManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new VoiceFileError('manifest', `${where}: is not JSON; export the voice again`, { cause: error });
  }
  const { format, version } = Object(json) as { format?: unknown; version?: unknown };
  if (format !== VOICE_FORMAT)
    throw new VoiceFileError('manifest', `${where}: is not a voice (format is not '${VOICE_FORMAT}'); check the path`);
  if (version !== VOICE_VERSION) {
    throw new VoiceFileError(
      'version',
      `${where}: is of version ${JSON.stringify(version)}, but this program reads version ${VOICE_VERSION}; update the older of the two`,
    );
  }
  // Before the rest, which a later release may have changed.
  const needs = requirements.safeParse(Object(json).requires);
  if (needs.success) checkRequirement({ requires: needs.data }, '@gpt-talker/voice', ownVersion, where);
  const parsed = voiceManifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new VoiceFileError('manifest', `${where}: ${issue.path.join('.')}: ${issue.message}; export the voice again`, {
    cause: parsed.error,
  });
}

/** Whether a listed path is relative and plain, on every operating system. */
export function staysInside(listed: string): boolean {
  return (
    !/[\\:\0]/.test(listed) &&
    !listed.startsWith('/') &&
    listed.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
