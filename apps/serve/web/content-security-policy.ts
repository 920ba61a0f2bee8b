// Puts a strict content security policy into the page: nothing from other hosts, no inline script, and of inline styles only
// the one that wavesurfer.js writes into its shadow root, known by its hash.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';
import { WAVEFORM_HEIGHT } from './src/parts/waveform-height';

/** A Vite plugin that adds the policy to the built page; while developing, Vite's own client needs inline styles. */
export function contentSecurityPolicy({ computes }: { computes: boolean }): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: policy(computes) },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** @param computes whether the page runs models itself: WebAssembly, in workers, from files that it holds */
function policy(computes: boolean): string {
  return [
    "default-src 'self'",
    ...(computes ? ["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self' blob:"] : []),
    `style-src 'self' '${hashOf(waveformStyle())}'`,
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The text between wavesurfer's `<style>` tags, as it will be for our height. */
function waveformStyle(): string {
  const source = readFileSync(createRequire(__filename).resolve('wavesurfer.js'), 'utf8');
  const template = /<style[^>]*>(.*?)<\/style>/s.exec(source)?.[1];
  const style = template?.replaceAll('\\n', '\n').replace(/\$\{this\.getHeight\([^}]*\)\}/, String(WAVEFORM_HEIGHT));
  if (!style || style.includes('${'))
    throw new Error('wavesurfer.js writes its style in another way than before; see content-security-policy.ts');
  return style;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
