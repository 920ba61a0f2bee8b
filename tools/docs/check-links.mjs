// Whether every link of a site leads somewhere: each file, and each place in a file, that an address within the site names.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Parser } from 'htmlparser2';

/** @returns a line for each link of the folder's pages that leads nowhere */
export function brokenLinks(folder) {
  const files = new Set(readdirSync(folder, { recursive: true }).map((file) => file.split(path.sep).join('/')));
  const pages = new Map(
    [...files].filter((file) => file.endsWith('.html')).map((file) => [file, read(path.join(folder, file))]),
  );
  const broken = new Set();
  for (const [page, { links }] of pages) {
    for (const link of links) {
      if (/^(?:[a-z]+:|\/\/)/i.test(link)) continue;
      const [address, anchor = ''] = link.split('#').map(decodeURIComponent);
      const target = address === '' ? page : path.posix.join(path.posix.dirname(page), address.split('?')[0]);
      if (!files.has(target)) broken.add(`${page}: ${link} is not there`);
      else if (anchor !== '' && pages.has(target) && !pages.get(target).ids.has(anchor)) {
        broken.add(`${page}: ${link} names a place that is not there`);
      }
    }
  }
  return [...broken];
}

function read(file) {
  const ids = new Set();
  const links = new Set();
  const parser = new Parser({
    onopentag(name, { id, href, src }) {
      if (id) ids.add(id);
      for (const link of [href, src]) if (link !== undefined) links.add(link);
    },
  });
  parser.end(readFileSync(file, 'utf8'));
  return { ids, links };
}
