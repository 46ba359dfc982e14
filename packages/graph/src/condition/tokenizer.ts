import type { PathRoot } from "./expression.ts";
import { syntaxError } from "./syntax-error.ts";

const symbols = ["==", "!=", ">=", "<=", ">", "<", "(", ")", "[", "]", ","] as const;
const keywords = ["and", "or", "not", "in", "true", "false", "null", "none"] as const;

/** A word or symbol with a meaning of its own. */
export type Sign = (typeof symbols)[number] | (typeof keywords)[number];

const signs: ReadonlyMap<string, Sign> = new Map([...symbols, ...keywords].map((sign) => [sign, sign]));

/** One word of an expression; `at` is the position of its first character. */
export type Token =
  | { readonly kind: "sign"; readonly sign: Sign; readonly at: number }
  | { readonly kind: "literal"; readonly value: string | number; readonly at: number }
  | { readonly kind: "path"; readonly root: PathRoot; readonly keys: readonly string[]; readonly at: number }
  | { readonly kind: "end"; readonly at: number };

const space = /\s*/y;
const symbol = /(?:==|!=)(?!=)|[<>]=?|[()[\],]/y;
const number = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?(?![\p{L}\p{N}_.])/iuy;
const word = /[\p{L}_][\p{L}\p{N}_]*/uy;
const pathStart = /\$\.(outputs|inputs|state)(?![\p{L}\p{N}_-])/uy;
const pathKey = /\.([\p{L}\p{N}_][\p{L}\p{N}_-]*)/uy;
const pathIndex = /\[\s*(\d+)\s*\]/y;
const pathQuote = /\[\s*(?=["'])/y;
const pathQuoteEnd = /\s*\]/y;
const plainText = /[^\\"']+/y;
const escape = /\\(?:u([0-9a-f]{4})|(["'\\/bfnrt]))/iy;
const foreign = /===|!==|&&|\|\||!|=|`/y;

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** What people write out of habit, and what it is called here. */
const corrections: Readonly<Record<string, string>> = {
  "===": "write ==",
  "!==": "write !=",
  "=": "write == to compare",
  "&&": "write and",
  "||": "write or",
  "!": "write not",
  "`": "text is written in ' or \"",
};

/** Splits an expression into tokens, an `end` last; throws `invalid_condition` where no token starts. */
export function tokenize(text: string): readonly Token[] {
  let position = 0;

  /** Moves over what `pattern` matches right here; undefined, and no move, where it does not. */
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    position = pattern.lastIndex;
    return match;
  };

  const quoted = (): string => {
    const start = position;
    const quote = text[position];
    position += 1;
    let value = "";
    while (text[position] !== quote) {
      if (position >= text.length) throw syntaxError(text, start, "the quoted text does not end");
      const escaped = text[position] === "\\" ? take(escape) : undefined;
      if (escaped) {
        const [, code, letter = ""] = escaped;
        value += code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(parseInt(code, 16));
      } else if (text[position] === "\\") {
        throw syntaxError(text, position, "an unknown escape; write \\\\ for a backslash");
      } else {
        value += take(plainText)?.[0] ?? text[position++];
      }
    }
    position += 1;
    return value;
  };

  const path = (root: PathRoot, at: number): Token => {
    const keys: string[] = [];
    for (;;) {
      const plain = take(pathKey) ?? take(pathIndex);
      if (plain) {
        keys.push(plain[1] ?? "");
      } else if (take(pathQuote)) {
        keys.push(quoted());
        if (!take(pathQuoteEnd)) throw syntaxError(text, position, "expected ] after the key");
      } else if (text[position] === "." || text[position] === "[") {
        throw syntaxError(text, position, "expected .key, [index] or ['key']");
      } else {
        return { kind: "path", root, keys, at };
      }
    }
  };

  const next = (): Token => {
    take(space);
    const at = position;
    if (at === text.length) return { kind: "end", at };
    if (text[at] === '"' || text[at] === "'") return { kind: "literal", value: quoted(), at };
    const start = take(pathStart);
    if (start) return path(start[1] as PathRoot, at);
    const digits = take(number);
    if (digits) return numberToken(text, digits[0], at);
    const sign = take(symbol)?.[0] ?? take(word)?.[0];
    if (sign !== undefined) return signToken(text, sign, at);
    throw syntaxError(text, at, unexpected(text, at));
  };

  const tokens: Token[] = [];
  do tokens.push(next());
  while (tokens.at(-1)?.kind !== "end");
  return tokens;
}

function numberToken(text: string, digits: string, at: number): Token {
  const value = Number(digits);
  if (!Number.isFinite(value)) throw syntaxError(text, at, "the number is too large");
  return { kind: "literal", value: value === 0 ? 0 : value, at };
}

function signToken(text: string, sign: string, at: number): Token {
  const known = signs.get(sign.toLowerCase());
  if (known) return { kind: "sign", sign: known, at };
  throw syntaxError(
    text,
    at,
    `unknown word ${JSON.stringify(sign)}; a value of the run is written $.outputs.${sign}, text in quotes`,
  );
}

function unexpected(text: string, at: number): string {
  foreign.lastIndex = at;
  const habit = foreign.exec(text)?.[0];
  if (habit !== undefined) return `unexpected ${habit}; ${corrections[habit]}`;
  if (/[-+.\d]/.test(text[at] ?? "")) return "a malformed number";
  if (text[at] === "$") return "a path starts with $.outputs, $.inputs or $.state";
  return `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))}`;
}
