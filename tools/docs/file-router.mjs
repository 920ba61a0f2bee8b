// Pages are called as their files are, so that an address outlives a change of a title.
import path from 'node:path';
import { KindRouter } from 'typedoc';
import { root } from '../release/packages.mjs';

export class FileRouter extends KindRouter {
  getIdealBaseName(reflection) {
    const file = reflection.isDocument() && reflection.project.files.getReflectionPath(reflection);
    if (!file) return super.getIdealBaseName(reflection);
    const { dir, name } = path.parse(path.relative(root, file));
    const place = name === 'README' ? dir.replace(/^(?:apps|packages)\//, '') : name;
    return `documents/${place.replaceAll('/', '-').toLowerCase()}`;
  }
}
