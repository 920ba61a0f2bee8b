// Makes the site of the documentation: npm run docs [-- --out FOLDER]. TypeDoc reads every package's sources for the API, and the guides; no
// network is needed. It fails where a link leads nowhere, or where what is exported names a type that is not.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  Application,
  Comment,
  CommentTag,
  Converter,
  DocumentReflection,
  MinimalSourceFile,
  normalizePath,
} from 'typedoc';
import { main, ReleaseError, root } from '../release/packages.mjs';
import { brokenLinks } from './check-links.mjs';
import { FileRouter } from './file-router.mjs';
import { withSiteLinks } from './links.mjs';
import { modules, pages, web } from './pages.mjs';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist/docs' } } });

await main(async () => {
  process.chdir(root);
  const problems = [];
  const app = await Application.bootstrap(options());
  app.renderer.defineRouter('files', FileRouter);
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => problems.push(...addPages(app, project)), 1000);
  const project = await app.convert();
  if (!project) throw new ReleaseError('the sources could not be read');
  app.validate(project);
  await app.generateDocs(project, values.out);
  problems.push(...brokenLinks(values.out));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) throw new ReleaseError(`${problems.length} links lead nowhere`);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new ReleaseError('see the warnings above');
});

function options() {
  return {
    name: 'GPT-Talker in TypeScript',
    entryPoints: modules().map(({ source }) => source),
    tsconfig: 'tsconfig.base.json',
    // Types are checked by npm test.
    skipErrorChecking: true,
    readme: 'none',
    router: 'files',
    sortEntryPoints: false,
    basePath: root,
    disableGit: true,
    gitRevision: 'main',
    sourceLinkTemplate: `${web}/blob/{gitRevision}/{path}#L{line}`,
    excludeInternal: true,
    excludePrivate: true,
    includeVersion: false,
    groupOrder: ['Guides', 'Programs', 'Packages', 'Decisions', '*'],
    sort: ['source-order'],
    navigation: { includeGroups: true },
    navigationLinks: { GitHub: web },
    hideGenerator: false,
    logLevel: 'Warn',
    // Relative links are checked in what is made: a docstring that begins with a shape, "[T]: …", would be taken for one here.
    validation: { notExported: true, invalidLink: true, invalidPath: false, rewrittenLink: true, notDocumented: false },
  };
}

/** Names the modules as they are imported, and gives them their READMEs; adds the guides. @returns links that lead nowhere */
function addPages(app, project) {
  const { files } = project;
  const guides = pages();
  const packages = modules();
  const shown = new Set([
    'README.md',
    ...guides.map(({ file }) => file),
    ...packages.flatMap(({ readme }) => readme ?? []),
  ]);
  const isPage = (place) => shown.has(place) || shown.has(`${place}/README.md`);
  const broken = [];
  const parse = (file, text) => {
    const linked = withSiteLinks(text, file, isPage);
    broken.push(...linked.broken);
    return app.converter.parseRawComment(new MinimalSourceFile(linked.text, absolute(file)), files).content;
  };
  /** A page stands for its file, and for the folder whose README it is. */
  const register = (file, reflection) => {
    files.registerReflection(absolute(file), reflection);
    if (path.basename(file) === 'README.md') files.registerReflectionPath(absolute(path.dirname(file)), reflection);
  };

  const bySource = new Map(
    project.children.map((module) => [path.relative(root, module.sources[0].fullFileName), module]),
  );
  const later = [];
  for (const { name, source, readme } of packages) {
    const module = bySource.get(source);
    module.name = name;
    group(module, 'Packages');
    if (!readme) continue;
    if (!guides.some(({ file }) => file === readme)) register(readme, module);
    later.push(() => (module.readme = parse(readme, withoutHeading(readme))));
  }
  for (const { file, title, group: heading, text } of guides) {
    const document = new DocumentReflection(title, project, [], { group: heading });
    project.addChild(document);
    project.registerReflection(document, undefined, undefined);
    register(file, document);
    group(document, heading);
    later.push(() => (document.content = parse(file, text)));
  }
  register('README.md', project);
  later.push(() => (project.readme = parse('README.md', withoutHeading('README.md'))));
  for (const make of later) make();
  return broken;
}

function group(reflection, name) {
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: name }]));
}

function withoutHeading(file) {
  return readFileSync(path.join(root, file), 'utf8').replace(/^# .*\n/, '');
}

function absolute(file) {
  return normalizePath(path.join(root, file));
}
