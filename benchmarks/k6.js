import http from 'k6/http';

const paths = { '10k': '/files/10k', '100k': '/files/100k', cookies: '/cookies', unique: '/unique' };
const kind = __ENV.BENCH_KIND;
const url = __ENV.BENCH_HOST + (paths[kind] || '/');
const body = JSON.stringify({ id: 1, name: 'swarm', tags: ['a', 'b'] });
const json = { headers: { 'Content-Type': 'application/json' } };

export const options = { insecureSkipTLSVerify: true, noVUConnectionReuse: false, userAgent: 'k6' };

export default function () {
  if (kind === 'post') http.post(url, body, json);
  else if (kind === 'named') http.get(`${url}items/${__VU}-${__ITER}`, { tags: { name: '/items/[id]' } });
  else http.get(url);
}
