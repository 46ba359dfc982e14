/** A whole number with separators: `12,345`. */
export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** A share as a percentage with one decimal: `2.1 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Seconds for people: `0.84 ms`, `12.3 ms`, `1.20 s`. */
export function duration(seconds: number): string {
  const [value, unit] = seconds < 1 ? [seconds * 1000, "ms"] : [seconds, "s"];
  return `${value.toFixed(value < 10 ? 2 : 1)} ${unit}`;
}

/** Odds from a natural logarithm: `0.4`, `31`, `10^9`. */
export function odds(log: number): string {
  if (log > 14) return `10^${Math.round(log / Math.LN10)}`;
  const value = Math.exp(log);
  return value < 10 ? value.toFixed(1) : count(value);
}

/** A bar of `width` cells, filled by a share. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

/**
 * Breaks a text at spaces into lines of at most `width` characters, if its words allow it. A number keeps its
 * unit, and what fits already keeps its spaces.
 */
export function wrap(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!(?:%|µs|ms|s)(?:\W|$))/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
