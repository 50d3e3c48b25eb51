// A server's outbox: a directory with a file for each mail, read as a person reads a mailbox.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The mails in it, the newest first: to whom, with what subject and text. */
export function mailsIn(outbox) {
  if (!existsSync(outbox)) return [];
  const files = readdirSync(outbox).filter((name) => name.endsWith('.eml')).map((name) => join(outbox, name));
  const dated = files.map((file) => ({ file, written: statSync(file).mtimeMs }));
  return dated.sort((a, b) => b.written - a.written).map(({ file }) => mailOf(readFileSync(file, 'latin1')));
}

function mailOf(source) {
  const { head, body } = split(source);
  const boundary = head['content-type'].match(/boundary="([^"]+)"/)[1];
  const parts = body.split(`--${boundary}`).map((part) => split(part.replace(/^\r\n/, '')));
  const plain = parts.find((part) => part.head['content-type']?.startsWith('text/plain'));
  return { to: head.to, subject: withoutEncodedWords(head.subject), text: textOf(plain) };
}

/** The unfolded headers by their names in small letters, and what follows them. */
function split(source) {
  const end = source.indexOf('\r\n\r\n');
  const lines = source.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const fields = lines.map((line) => line.match(/^([^:]+):\s*(.*)$/)).filter(Boolean);
  const head = Object.fromEntries(fields.map(([, name, value]) => [name.toLowerCase(), value]));
  return { head, body: source.slice(end + 4) };
}

function textOf({ head, body }) {
  const encoding = head['content-transfer-encoding'] ?? '7bit';
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8').replaceAll('\r\n', '\n');
  const text = encoding === 'quoted-printable' ? unquoted(body.replaceAll('=\r\n', '')) : body;
  return Buffer.from(text, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
}

function withoutEncodedWords(line) {
  const word = (_, kind, text) => {
    const bytes = kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : Buffer.from(unquoted(text.replaceAll('_', ' ')), 'latin1');
    return bytes.toString('utf8');
  };
  return line.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, word);
}

const unquoted = (text) => text.replace(/=([0-9A-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
