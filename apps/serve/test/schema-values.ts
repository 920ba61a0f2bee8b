// Values made from the published schemas: those that fit, and anything else.
import fc from 'fast-check';

export interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxItems?: number;
}

export const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    '',
    '\0',
    '../../etc/passwd',
    '☃',
    'constructor',
    -1,
    1e308,
    2 ** 53,
    null,
    [],
    {},
    true,
    '\ud800',
  ),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
);

/** Values that fit a schema, mostly. */
export function fitting(schema: Schema): fc.Arbitrary<unknown> {
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return fc.oneof(...options.map(fitting));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const { minimum = schema.exclusiveMinimum ?? 0, maximum = 100 } = schema;
  switch (schema.type) {
    case 'integer':
      return fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true, minExcluded: schema.exclusiveMinimum !== undefined });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return fc.oneof(
        fc.constantFrom('Hello there.', 'tiny', 'gpt-talker', 'en', 'Yes!'),
        fc.string({ minLength: schema.minLength ?? 0, maxLength: 40 }),
      );
    case 'array':
      return fc.array(fitting(schema.items ?? {}), { maxLength: 4 });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, property]) => [name, fitting(property)]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    default:
      return anything;
  }
}
