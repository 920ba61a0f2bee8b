// Prints, as JSON, what Kubernetes' schemas say of every object that deploy/kubernetes applies, and of the same with a broken part. A program of its own, since
// kubernetes-models is ES modules only.
import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

const read = (name) => readFileSync(new URL(`../deploy/kubernetes/${name}`, import.meta.url), 'utf8');
const answers = [];
for (const name of parse(read('kustomization.yaml')).resources) {
  for (const document of parseAllDocuments(read(name))) {
    const object = document.toJS();
    const { [object.kind]: Model } = await import(`kubernetes-models/${object.apiVersion}`);
    const complaint = (given) => {
      try {
        new Model(given).validate();
        return null;
      } catch (error) {
        return error.message;
      }
    };
    const broken = complaint({ ...object, spec: 'none' });
    answers.push({ object: `${object.kind} ${object.metadata.name}`, complaint: complaint(object), broken });
  }
}
console.log(JSON.stringify(answers));
