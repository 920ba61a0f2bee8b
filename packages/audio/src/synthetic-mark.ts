// Files say that nobody spoke them: IPTC's digital source type "trainedAlgorithmicMedia", as Article 50 of the European AI Act asks for a
// mark that machines can read (since August 2026; it names no format). In XMP, and in plain tags beside.
import { concatenateBytes } from './concatenate';

/** https://cv.iptc.org/newscodes/digitalsourcetype/ */
export const DIGITAL_SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
/** The same for people. */
export const SYNTHETIC_COMMENT = 'Synthetic speech, made by a machine (trainedAlgorithmicMedia)';
/** The program, for tags that name it. */
export const SYNTHETIC_SOFTWARE = 'GPT-Talker';

const SIZE_OFFSET = 4;
const FIRST_CHUNK = 12;
const UNKNOWN_SIZE = 0xffffffff;

/** An XMP packet with Iptc4xmpExt:DigitalSourceType. */
export function xmpPacket(): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" ' +
    `Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}" xmp:CreatorTool="${SYNTHETIC_SOFTWARE}"/>` +
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
  );
}

/**
 * A wav file with the mark before its samples: LIST INFO with a comment and the program, and `_PMX` with the XMP packet.
 * @param file as `writeWav` makes it, or its beginning up to and with the header of `data`
 */
export function markSynthetic(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const data = placeOfData(file, view);
  if (data === undefined) return file;
  const info = concatenateBytes([
    latin('INFO'),
    riffChunk('ICMT', latin(`${SYNTHETIC_COMMENT}\0`)),
    riffChunk('ISFT', latin(`${SYNTHETIC_SOFTWARE}\0`)),
  ]);
  const mark = concatenateBytes([riffChunk('LIST', info), riffChunk('_PMX', new TextEncoder().encode(xmpPacket()))]);
  const marked = concatenateBytes([file.subarray(0, data), mark, file.subarray(data)]);
  const size = view.getUint32(SIZE_OFFSET, true);
  // A file of unknown size stays one.
  if (size !== UNKNOWN_SIZE) new DataView(marked.buffer).setUint32(SIZE_OFFSET, size + mark.length, true);
  return marked;
}

function placeOfData(file: Uint8Array, view: DataView): number | undefined {
  for (let at = FIRST_CHUNK; at + 8 <= file.length;) {
    if (String.fromCharCode(...file.subarray(at, at + 4)) === 'data') return at;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function riffChunk(id: string, content: Uint8Array): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, content.length, true);
  return concatenateBytes([latin(id), size, content, new Uint8Array(content.length % 2)]);
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
