import { describe, expect, it } from "vitest";
import { compileTemplate, type Rendered } from "../../src/bridge/template.ts";

const parsed = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
};

const render = (source: string, payload: string): Rendered | { readonly unsupported: string } => {
  const template = compileTemplate(source);
  return "unsupported" in template
    ? template
    : template.render({ value: payload, valueJson: () => parsed(payload) });
};

const text = (expected: string): Rendered => ({ kind: "text", text: expected });
const failed = (reason: string): Rendered => ({ kind: "failed", reason });

type Row = readonly [form: string, payload: string, expected: string];

// Worked out by hand from "Template Designer Documentation" of Jinja 3.1, and from the page
// "Templating" of Home Assistant for float, int, round, multiply, is_number, iif and to_json.
const forms: readonly Row[] = [
  ["{{ value_json.temperature }}", '{"temperature":21.5}', "21.5"],
  ["{{ value_json.a.b.c }}", '{"a":{"b":{"c":7}}}', "7"],
  ["{{ value_json.k | is_defined }}", '{"k":3}', "3"],
  ["{{ value }}", "42", "42"],
  ["", "42", ""],
  ["{{ value_json['a']['b'] }}", '{"a":{"b":1}}', "1"],
  ['{{ value_json["a b"] }}', '{"a b":"x"}', "x"],
  ["{{ value_json['a'].b }}", '{"a":{"b":true}}', "True"],
  ["{{ value | round(1) }}", "21.46", "21.5"],
  ["{{ value | int }}", "42.9", "42"],
  ["{{ 'online' if value_json.up else 'offline' }}", '{"up":false}', "offline"],
  ["{{ value == 'on' }}", "on", "True"],
  ["{{ value_json['k'] | default('none') }}", "{}", "none"],
  ["{{ value_json['k'] | default('', True) }}", '{"k":null}', ""],
  ["{{ value_json.k if value_json.k is defined else 0 }}", "{}", "0"],
  ["{{value_json['k'] if value_json['k'] is defined else 0}}", '{"k":5}', "5"],
  ["{{ value_json.k | default('d') }}", '{"k":"v"}', "v"],
  ["{{ value_json.k | lower }}", '{"k":"ON"}', "on"],
  ["{{ value | float | round(2) }}", "3.14159", "3.14"],
  ["{{ value|float }}", "21", "21.0"],
  ["{{ value|int }}", "-7", "-7"],
  ["{{ value | int / 10 }}", "215", "21.5"],
  ["{{value|float/60}}", "90", "1.5"],
  ["{{ float(value) }}", "1.5", "1.5"],
  ["{{ float(value|float) * 3.6 }}", "10", "36.0"],
  ["{{ ((float(value) * 99)|round(0)) + 1 }}", "1", "100"],
  ["{{ value | multiply(0.001) | round(2) }}", "1234", "1.23"],
  ["{{ value.split(';')[1] }}", "a;b;c", "b"],
  ["{{ 'ON' if value == 'open' else 'OFF' }}", "open", "ON"],
  ["{{ 'OFF' if 'no error' in value else 'ON' }}", "no error here", "OFF"],
  ["{{ value_json.a.b | count }}", '{"a":{"b":[1,2,3]}}', "3"],
  ["{% if value_json.a.b %}online{% else %}offline{% endif %}", '{"a":{"b":true}}', "online"],
  ['{% if "x" in value_json.get("k", []) %}ON{% else %}OFF{% endif %}', "{}", "OFF"],
  ['{% if "x" in value_json.get("k", []) %}ON{% else %}OFF{% endif %}', '{"k":["x"]}', "ON"],
  ["{{ value_json.get('k') }}", "{}", "None"],
  ["{{ value_json.get('k', 'd') }}", "{}", "d"],
  ["{{ value_json.get('k', {}).get('l') }}", '{"k":{"l":2}}', "2"],
  ["{% if is_number(value) and 0<value|int<999 %}{{value}}{% endif %}", "42", "42"],
  ["{% if is_number(value) and 0<value|int<999 %}{{value}}{% endif %}", "999", ""],
  ["{%if is_number(value) and 0<value|int<999%}{{value}}{%endif%}", "n/a", ""],
  ["{{ value_json.a.0.b }}", '{"a":[{"b":6}]}', "6"],
  ["{{ value_json.a[0].b }}", '{"a":[{"b":6}]}', "6"],
  ["{{ value_json.k * 100 }}", '{"k":5}', "500"],
  ["{{ value_json.k*100 }}", '{"k":0.5}', "50.0"],
  ["{{ (value_json.k | float * 1.5) | round(1) }}", '{"k":"2.5"}', "3.8"],
  ["{{ ((value | float) * 0.1) | round(1) }}", "215", "21.5"],
  ["{{ ((value_json.k.l | int) / 1024 / 1024) | round(1) }}", '{"k":{"l":1572864}}', "1.5"],
  ["{{ value_json.k | float }}", '{"k":"-0.25"}', "-0.25"],
  ["{{ value_json.k[1:] }}", '{"k":"v12"}', "12"],
  ["{{ value_json.k[:2] }}", '{"k":"12C"}', "12"],
  ["{{ value_json.k | replace('W','') | int }}", '{"k":"230W"}', "230"],
  ["{{ (value|replace(' days',''))|int }}", "12 days", "12"],
  ["{{ value_json.k.split(',')[0:2] | join(';') }}", '{"k":"1,2,3"}', "1;2"],
  ["{{ '%0.1f' | format(value_json.k) }}", '{"k":21.46}', "21.5"],
  ["{{ {'event_type': value_json.k} | to_json }}", '{"k":"push"}', '{"event_type":"push"}'],
  [
    '{% if "p" in value_json and value_json["p"] %}{{ value_json["p"] }}{% else %}0{% endif %}',
    '{"p":55}',
    "55",
  ],
  [
    "{% set m = {'0': 'off', '1': 'on'} %}{{ m[value] if (value) in m.keys() else m['0'] }}",
    "1",
    "on",
  ],
  [
    "{% set m = {'0': 'off', '1': 'on'} %}{{ m[value] if (value) in m.keys() else m['0'] }}",
    "9",
    "off",
  ],
];

// From Jinja's documentation, and Python's of the operator, method or built-in function that is used.
const semantics: readonly Row[] = [
  ["{{ value_json.missing }}", "{}", ""],
  ["{{ value_json }}", "no JSON", ""],
  ["{{ value_json.k }}", '{"k":null}', "None"],
  ["{{ value_json.k.missing }}", '{"k":null}', ""],
  ["{{ value_json.k.missing }}", '{"k":"text"}', ""],
  ["{{ value_json[-1] }}", "[1,2]", "2"],
  ["{{ value_json[2] }}{{ value_json[-3] }}", "[1,2]", ""],
  ["{{ value_json.0 + value_json.1.0 }}", "[1,[2]]", "3"],
  ["{{ value_json.0 }}", '{"0":1}', ""],
  ["{{ value_json['0'] }}", '{"0":1}', "1"],
  ["{{ value_json }}", '[1, 2.5, "x", null, true]', "[1, 2.5, 'x', None, True]"],
  ["{{ value_json }}", '{"k": {"l": "it\'s"}}', "{'k': {'l': \"it's\"}}"],
  ["{{ 7 // -2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7.5 // 2 }}", "", "-4 2 -2 3.0"],
  ["{{ 1 / 4 }} {{ 4 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }}", "", "0.25 2.0 1024 0.5"],
  ["{{ 1e16 }} {{ 1e-5 }} {{ 0.0001 }} {{ 21.0 }}", "", "1e+16 1e-05 0.0001 21.0"],
  ["{{ 0.5|round }} {{ 1.5|round }} {{ 2.5|round }}", "", "0 2 2"],
  ["{{ 2.675|round(2) }} {{ 0.125|round(2) }} {{ 1250|round(-2) }}", "", "2.67 0.12 1200.0"],
  ["{{ 2.78|round(1,'floor') }} {{ 2.71|round(1,'ceil') }}", "", "2.7 2.8"],
  ["{{ 2.3|round(1,'half') }} {{ 2.9|round(0,'floor') }}", "", "2.5 2"],
  ["{{ 'x'|round(1, default=5) }} {{ 'x'|int(default=3) }} {{ 'x'|float(0) }}", "", "5 3 0"],
  ["{{ 'ff'|int(base=16) }} {{ '0x1F'|int(0, 16) }} {{ -2.9|int }}", "", "255 31 -2"],
  ["{{ is_number('nan') }} {{ is_number('1e3') }} {{ is_number('') }}", "", "False True False"],
  ["{{ 'on'|bool }} {{ 0|bool }} {{ 'x'|bool(none) }}", "", "True False None"],
  ["{{ 1|iif('a','b') }} {{ iif(none, 1, 2, 3) }} {{ 0|iif }}", "", "a 3 False"],
  ["{{ min(3, 1, 2) }} {{ [1, 5]|max }} {{ abs(-2) }} {{ -2.5|abs }}", "", "1 5 2 2.5"],
  ["{{ '2'|add(3) }} {{ [1, 2.5]|sum }}", "", "5.0 3.5"],
  ["{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 1 < 2 == true }}", "", "True False False"],
  ["{{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' == 1 }} {{ [1] == [1.0] }}", "", "True True False True"],
  ["{{ 'a' in 'cat' }} {{ 2 not in [1, 2] }} {{ 'k' in {'k': 1} }}", "", "True False True"],
  ["{{ not 1 in [1] }} {{ not true and false }}", "", "False False"],
  ["{{ 0 or 'z' }} {{ 1 and 2 }}", "", "z 2"],
  ["{{ 'a' ~ 1 ~ none ~ true }} {{ 'ab' * 2 }} {{ 'a' + 'b' }}", "", "a1NoneTrue abab ab"],
  ["{{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ 1 + 2 * 3 }}", "", "4 64 7"],
  ["{{ 'x' if false }}", "", ""],
  ["{{ 1 if true is eq 3 else 2 }}", "", "2"],
  ["{{ 3 is number and 'a' is string and none is none }}", "", "True"],
  [
    "{{ value_json.k is not defined }} {{ 1 is in [1] }} {{ true is true }}",
    "{}",
    "True True True",
  ],
  [
    "{{ 1 is integer }} {{ 1.5 is float }} {{ true is boolean }} {{ {} is mapping }} {{ [] is sequence }}",
    "",
    "True True True True True",
  ],
  [
    "{{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 2 is le 2 }} {{ 3 is gt(2) }} {{ 1 is ge 2 }}",
    "",
    "True True True True False",
  ],
  [
    "{{ false is false }} {{ value is is_number }} {{ value_json.k is undefined }}",
    "{}",
    "True False True",
  ],
  [
    "{{ 1 != 2 }} {{ 2 <= 2 }} {{ 2 >= 3 }} {{ 'a' < 'b' }} {{ 1 is equalto 1 }}",
    "",
    "True True False True True",
  ],
  ["{{ 'abcdef'[5:0:-2] }} {{ 'abc'[5:] }}{{ [1, 2, 3][-2:] }} {{ 5[1:] }}", "", "fdb [2, 3]"],
  [
    "{{ + 3 }} {{ -(value|int) }} {{ 5 - 3 - 1 }} {{ -7.5 % 2 }} {{ -7.0 // 2 }}",
    "4",
    "3 -4 1 0.5 -4.0",
  ],
  ["{{ 'a b'.split(none, 1) }} {{ ' a b '.strip() }} {{ {}|list }}", "", "['a', 'b'] a b []"],
  [
    "{{ {1: none, 'b': 2.0} }} {{ {1: 'x'}|to_json }} {{ ['a\nb'] }}",
    "",
    "{1: None, 'b': 2.0} {\"1\":\"x\"} ['a\\nb']",
  ],
  [
    "{{ '%s'|format('a') }} {{ '%X'|format(255) }} {{ '%5s|%-3s|'|format('a', 'b') }}",
    "",
    "a FF     a|b  |",
  ],
  ["{{ () }} {{ {'a': 1} == {'a': 1.0} }} {{ [1] == [2] }}", "", "[] True False"],
  ["{{ 'abcdef'[::-1] }} {{ 'abcdef'[-2:] }} {{ 'abcdef'[1:-1:2] }}", "", "fedcba ef bd"],
  ["{{ ' a  b '.split()[1] }} {{ 'a b c'.split(' ', 1)[1] }}", "", "b b c"],
  ["{{ 'xxaxx'.strip('x') }} {{ 'xa'.lstrip('x') }} {{ 'ax'.rstrip('x') }}", "", "a a a"],
  ["{{ 'a'.upper() }} {{ 'B'.lower() }} {{ 'abc'.startswith('ab') }}", "", "A b True"],
  ["{{ 'abc'.endswith(('x', 'bc')) }} {{ 'aXbX'.replace('X', '-', 1) }}", "", "True a-bX"],
  ["{{ {'a': 1}.values()|first }} {{ [1, 2]|last }} {{ 'ab'|length }}", "", "1 2 2"],
  ["{{ '\u{1f600}a'|length }} {{ '\u{1f600}a'[1] }}", "", "2 a"],
  ["{{ ' x '|trim }} {{ 'a'|upper }} {{ 'hELLO'|capitalize }} {{ 5|string }}", "", "x A Hello 5"],
  ["{{ 'Hello World foo'|truncate(9) }}", "", "Hello..."],
  ["{{ 'Hello World foo'|truncate(9, true, '') }}", "", "Hello Wor"],
  ["{{ 'a1b22'|regex_replace('[0-9]+', '#') }}", "", "a#b#"],
  ["{{ 'ab:12'|regex_replace('^.*:(\\d+)$', '\\\\1') }}", "", "12"],
  [
    "{{ '%s=%05.2f|%d|%x|%-3d|%+d|%%'|format('a', 2.675, 3.7, 255, 1, 2) }}",
    "",
    "a=02.67|3|ff|1  |+2|%",
  ],
  ["{{ '%.1f' % 2 }}", "", "2.0"],
  ["{{ '\\x41\\u00b0' 'C' }}", "", "A\u00b0C"],
  ["{# note #}a {#- note -#} b", "", "ab"],
  ["a {%- if 1 -%} b {%- endif -%} c", "", "abc"],
  ["{% if false %}a{% elif 1 %}b{% else %}c{% endif %}", "", "b"],
  ["{%- set x = 3 -%} {{- x * 2 -}} ", "", "6"],
  ["{{ {'a': {'b': 2}}['a'].b }} {{ '}}' }}", "", "2 }}"],
  ["{{ (1, 2)[1] }} {{ ([1] + [2])|count }} {{ {1: 'x'}[true] }}", "", "2 2 x"],
  ["{{ value_json|to_json }}", '{"a":[1,null,"x"]}', '{"a":[1,null,"x"]}'],
  ["{{ value_json.__proto__ }}{{ value_json.constructor }}{{ value.length }}", "{}", ""],
  ["{{ value_json['__proto__'] }}", '{"__proto__":1}', "1"],
];

const failures: readonly Row[] = [
  ["{{ value_json.a.b }}", "{}", "attribute of undefined"],
  ["{{ value_json.a }}", "no JSON", "attribute of undefined"],
  ["{{ value_json.a.b | default(0) }}", "{}", "attribute of undefined"],
  ["{{ value | float }}", "n/a", "float of text"],
  ["{{ value | float }}", "nan", "float of text"],
  ["{{ value | float }}", "inf", "float of text"],
  ["{{ value | float }}", "1_000", "float of text"],
  ["{{ value | float }}", "12 W", "float of text"],
  ["{{ value | float }}", "1e999", "float of text"],
  ["{{ value | int }}", "", "int of text"],
  ["{{ value_json.k | float(0) }}", "{}", "float of undefined"],
  ["{{ value_json.k | int }}", '{"k":null}', "int of None"],
  ["{{ value | round(1) }}", "x", "round of text"],
  ["{{ value < 5 }}", "3", "comparison of text"],
  ["{{ value * 2.5 }}", "3", "* of text"],
  ["{{ value + 1 }}", "3", "+ of text"],
  ["{{ value_json.k + 1 }}", "{}", "+ of undefined"],
  ["{{ 1 + 2 ~ 3 }}", "", "+ of text"],
  ["{{ 1 / 0 }}", "", "division by zero"],
  ["{{ 1 % 0 }}", "", "division by zero"],
  ["{{ 1 in 5 }}", "", "int in int"],
  ["{{ value.get('k') }}", "3", "get() of text"],
  ["{{ value_json.k.split(',') }}", "{}", "split() of undefined"],
  ["{{ value_json.k[1:] }}", "{}", "slice of undefined"],
  ["{{ 'abc'['a':] }}", "", "slice by text"],
  ["{{ 'a'|int(base=40) }}", "", "base out of range"],
  ["{{ 1.5|round(99) }}", "", "precision out of range"],
  ["{{ 'a'.split('') }}", "", "search for an empty text"],
  ["{{ 'a'.split(1) }}", "", "separator is int"],
  ["{{ {[1]: 2} }}", "", "list as a key"],
  ["{{ 5|length }}", "", "length of int"],
  ["{{ 5|join(',') }}", "", "items of int"],
  ["{{ value_json.k|to_json }}", "{}", "to_json of undefined"],
  ["{{ '%q'|format(1) }}", "", "format %q"],
  ["{{ '%s'|format }}", "", "format with too few values"],
  ["{{ 'a'|regex_replace('(?=a)', '') }}", "", "regular expression too complex"],
  ["{{ 'a'|regex_replace('a', '\\\\9') }}", "", "no such group"],
  ["{{ 'a'|regex_replace(1, '') }}", "", "find is int, not text"],
  ["{{ [1][::0] }}", "", "slice by zero"],
  ["{{ 9 ** 9 ** 99 }}", "", "number too large"],
  ["{{ 1e308 * 10 }}", "", "number too large"],
  ["{{ '%d'|format('1') }}", "", "format of text"],
  ["{{ '%s'|format(1, 2) }}", "", "format with too many values"],
  ["{{ 'a'|regex_replace('(a+)+b', '') }}", "", "regular expression too complex"],
  ["{{ 'a'|regex_replace('[', '') }}", "", "invalid regular expression"],
  ["{{ 'a' * 1000000 }}", "", "text too long"],
  ["{{ [1] * 1000000 }}", "", "too many steps"],
];

// Names of what Home Assistant knows and a value from a payload does not need.
const refused: readonly (readonly [form: string, unsupported: string])[] = [
  ["{% for x in value_json %}{{ x }}{% endfor %}", "for"],
  ["{{ (as_timestamp(now()) - value_json.k) | timestamp_local }}", "as_timestamp()"],
  ["{{ now() }}", "now()"],
  ["{{ value | regex_findall('x') }}", "filter regex_findall"],
  ["{{ value_json.k | selectattr('x') }}", "filter selectattr"],
  ["{{ states('sensor.x') }}", "states()"],
  ["{{ this.state }}", "this"],
  ["{{ value.format(1) }}", "method format"],
  ["{{ value is divisibleby 3 }}", "test divisibleby"],
  ["{% macro m() %}{% endmacro %}", "macro"],
  ["{% set x %}a{% endset %}", "set block"],
  ["{{ [1] | join(attribute='x') }}", "filter join with attribute"],
  ["{{ [1] | round(1, 2, 3, 4) }}", "filter round with these arguments"],
  ["{{ value_json.k('x')('y') }}", "method k"],
  ["{{ (value)('y') }}", "call of a value"],
  ["{{ and }}", "syntax at character 4"],
  ["{{ value_json[] }}", "syntax: empty subscript"],
  ["{{ 1|round(1, precision=2) }}", "filter round with these arguments"],
  ["{% set true = 1 %}", "syntax at character 13"],
  ["{% if 1 %}{% else %}{% else %}{% endif %}", "syntax: two else"],
  ["{{ value_json[", "syntax: unclosed braces"],
  ["{{ value ! }}", "syntax at character 10"],
  ["{{ 1 + }}", "syntax: unfinished"],
  ["{{ 1 2 }}", "syntax at character 6"],
  ["{% if 1 %}a", "syntax: if without endif"],
  ["{% endif %}", "syntax: endif without if"],
  ["{{ 'a' if }}", "syntax: unfinished"],
  ["{# note", "syntax: unclosed comment"],
  [`{{ ${"(".repeat(100)}1${")".repeat(100)} }}`, "nested too deeply"],
  [`{{ 1${"+1".repeat(700)} }}`, "too many operators"],
  ["x".repeat(4097), "template too long"],
];

describe("value template", () => {
  it.each(forms)("renders what devices announce: %s of %s", (form, payload, expected) => {
    expect(render(form, payload)).toEqual(text(expected));
  });

  it.each(semantics)("follows Jinja and Python: %s of %s", (form, payload, expected) => {
    expect(render(form, payload)).toEqual(text(expected));
  });

  it.each(failures)("gives no value and says why: %s of %s", (form, payload, reason) => {
    expect(render(form, payload)).toEqual(failed(reason));
  });

  it.each(refused)("refuses by name what it cannot do: %s", (form, unsupported) => {
    expect(render(form, "1")).toEqual({ unsupported });
  });

  it.each([
    ["{{ value_json.k | is_defined }}", "{}"],
    ["{{ value_json.k.l | is_defined }}", "{}"],
    ["{{ value_json.k | float | is_defined }}", "{}"],
    ["{{ value_json.k | is_defined | float }}", "not JSON"],
    ["{{ (value_json.k | is_defined) * 2 }}", "{}"],
  ])("leaves what was known where is_defined meets nothing: %s of %s", (form, payload) => {
    expect(render(form, payload)).toEqual({ kind: "unchanged" });
  });

  it("still fails behind is_defined if the value is there and is no number", () => {
    expect(render("{{ value_json.k | float | is_defined }}", '{"k":"x"}')).toEqual(
      failed("float of text"),
    );
  });

  it("does not parse the payload unless the template asks for it", () => {
    const template = compileTemplate("{{ value }}");
    if ("unsupported" in template) throw new Error(template.unsupported);
    const valueJson = (): unknown => {
      throw new Error("parsed");
    };
    expect(template.render({ value: " 5 ", valueJson })).toEqual(text("5"));
  });

  it("gives up on a payload that is nested too deeply to print", () => {
    const payload = `${"[".repeat(200)}${"]".repeat(200)}`;
    expect(render("{{ value_json }}", payload)).toEqual(failed("nested too deeply"));
  });
});
