/** An object of the same class with the same properties, accessors included, and some of them changed. */
export function copyOf<Original extends object>(
  original: Original,
  changes: Readonly<Record<string, unknown>>,
): Original {
  return Object.create(Object.getPrototypeOf(original) as object, {
    ...Object.getOwnPropertyDescriptors(original),
    ...Object.getOwnPropertyDescriptors(changes),
  }) as Original
}
