// Links between our files are relative in the repository and absolute in what npm shows. In the site those that lead to one of its pages stay
// in it, whichever way they are written, and all others lead to the repository.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../release/packages.mjs';
import { web } from './pages.mjs';

const BRANCH = 'main';
const RAW = web.replace('https://github.com/', 'https://raw.githubusercontent.com/');
const OURS = new RegExp(`^(?:${web}/(?:blob|tree)|${RAW})/${BRANCH}/`);
const PICTURES = /\.(?:png|jpe?g|svg|gif)$/i;

/**
 * @param text of the file `from` (its path from the root)
 * @param isPage whether a path from the root (a file, or a folder) is a page of the site
 * @returns `{text, broken}`: with links for the site, and the targets that are not there
 */
export function withSiteLinks(text, from, isPage) {
  const broken = [];
  const linked = outsideCode(text, (prose) =>
    prose.replace(/(\]\()([^)\s]+)(\))/g, (link, before, target, after) => {
      const place = placeOf(target, from);
      if (place === undefined) return link;
      const [file, anchor] = place;
      const absolute = path.join(root, file);
      if (!existsSync(absolute)) {
        broken.push(`${from}: ${target} is not there`);
        return link;
      }
      const suffix = anchor ? `#${anchor}` : '';
      if (isPage(file) || PICTURES.test(file)) {
        const relative = path.posix.relative(path.posix.dirname(from), file);
        return `${before}${relative.startsWith('.') ? relative : `./${relative}`}${suffix}${after}`;
      }
      return `${before}${web}/${statSync(absolute).isDirectory() ? 'tree' : 'blob'}/${BRANCH}/${file}${suffix}${after}`;
    }),
  );
  return { text: linked, broken };
}

/** `[path from the root, anchor]` of what is ours, undefined for what is not, and for a place in the same file. */
function placeOf(target, from) {
  const [address, anchor] = target.split('#');
  if (OURS.test(address)) return [address.replace(OURS, '').replace(/\/$/, ''), anchor];
  if (address === '' || /^[a-z]+:/i.test(address)) return undefined;
  return [path.posix.join(path.posix.dirname(from), decodeURI(address)).replace(/\/$/, ''), anchor];
}

/** Applies `change` to all but fenced blocks and code within a line. */
function outsideCode(text, change) {
  return text
    .split(/(^```[\s\S]*?^```$|`[^`\n]+`)/m)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('');
}
