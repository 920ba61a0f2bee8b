// Tags of compressed files that say that nobody spoke them: see markSynthetic of @gpt-talker/audio for what and why.
import { DIGITAL_SOURCE_TYPE, SYNTHETIC_COMMENT, SYNTHETIC_SOFTWARE, xmpPacket } from '@gpt-talker/audio';

/** An ID3v2.4 tag to go before MP3 or ADTS frames: TXXX frames, a comment, and the XMP packet as a PRIV frame. */
export function id3Mark(): Buffer {
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const frames = Buffer.concat([
    id3Frame('TXXX', Buffer.concat([Buffer.of(3), latin('DigitalSourceType\0'), latin(DIGITAL_SOURCE_TYPE)])),
    id3Frame('TSSE', Buffer.concat([Buffer.of(3), latin(SYNTHETIC_SOFTWARE)])),
    id3Frame('COMM', Buffer.concat([Buffer.of(3), latin('eng\0'), latin(SYNTHETIC_COMMENT)])),
    id3Frame('PRIV', Buffer.concat([latin('XMP\0'), Buffer.from(xmpPacket())])),
  ]);
  return Buffer.concat([latin('ID3'), Buffer.of(4, 0, 0), synchsafe(frames.length), frames]);
}

/** Vorbis comments, as Ogg and FLAC have them. */
export const VORBIS_COMMENTS: readonly string[] = [
  `DIGITALSOURCETYPE=${DIGITAL_SOURCE_TYPE}`,
  `COMMENT=${SYNTHETIC_COMMENT}`,
  `ENCODED_BY=${SYNTHETIC_SOFTWARE}`,
];

/** The same for ffmpeg. */
export const FFMPEG_METADATA: readonly string[] = VORBIS_COMMENTS.flatMap((comment) => {
  const [name, ...value] = comment.split('=');
  return ['-metadata', `${name === 'COMMENT' ? 'comment' : name}=${value.join('=')}`];
});

function id3Frame(id: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(id, 'latin1'), synchsafe(content.length), Buffer.of(0, 0), content]);
}

/** 28 bits in four bytes, seven in each. */
function synchsafe(value: number): Buffer {
  return Buffer.of((value >> 21) & 0x7f, (value >> 14) & 0x7f, (value >> 7) & 0x7f, value & 0x7f);
}
