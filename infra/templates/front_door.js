// CloudFront's function on requests that are not for a file: who asks, for which host, where WebSockets go, and which file
// answers a path of the web client.
// infra/packaging/front_door.py puts the table of infra/routing.py in here, which the local front door follows as well.
const WEBSOCKET_ROUTES = [];
const NOT_FOUND = {};
const WEB_CLIENT = {};
const WEBSOCKET_STAGE = '/api';

function handler(event) {
  const request = event.request;
  if (request.uri === WEB_CLIENT.root || request.uri.startsWith(WEB_CLIENT.root + '/')) {
    return toWebFile(request);
  }
  if (leadsToWebClient(request)) {
    return redirect(WEB_CLIENT.root + '/');
  }
  request.headers['x-viewer-address'] = { value: event.viewer.ip };
  request.headers['x-viewer-host'] = { value: request.headers.host.value };
  if (request.uri !== '/ws' && !request.uri.startsWith('/ws/')) {
    return request;
  }
  return toWebsocket(request) || notFound(request, event.context.requestId);
}

function toWebFile(request) {
  if (!request.uri.startsWith(WEB_CLIENT.assets)) {
    request.uri = WEB_CLIENT.page;
  }
  return request;
}

// A browser at the front door itself; programs get the API's welcome there.
function leadsToWebClient(request) {
  const accepted = request.headers.accept ? request.headers.accept.value : '';
  return request.uri === '/' && ['GET', 'HEAD'].includes(request.method) && accepted.includes('text/html');
}

function redirect(path) {
  const headers = {
    'location': { value: path }, 'vary': { value: 'Accept' }, 'cache-control': { value: 'no-store' },
  };
  return { statusCode: 302, statusDescription: 'Found', headers: headers };
}

function toWebsocket(request) {
  for (let i = 0; i < WEBSOCKET_ROUTES.length; i++) {
    const segment = match(WEBSOCKET_ROUTES[i][0], request.uri);
    if (segment !== null) {
      request.uri = WEBSOCKET_STAGE;
      request.querystring = withParameter(request.rawQueryString() || '', WEBSOCKET_ROUTES[i][1], segment);
      return request;
    }
  }
  return null;
}

// What stands in the pattern's placeholder ('' when it has none), or null.
function match(pattern, path) {
  const at = pattern.indexOf('{');
  if (at < 0) {
    return path === pattern ? '' : null;
  }
  const segment = path.slice(at);
  return path.startsWith(pattern.slice(0, at)) && segment && !segment.includes('/') ? segment : null;
}

function withParameter(query, name, segment) {
  if (name === null) {
    return query;
  }
  const others = query.split('&').filter((pair) => pair && pair.split('=')[0] !== name);
  return [name + '=' + segment.split('%').map(encodeURIComponent).join('%')].concat(others).join('&');
}

// The best language of Accept-Language that there are texts in; English when none fits, as common/texts.py has it.
function language(request) {
  const header = request.headers['accept-language'];
  let best = 'en', weight = 0;
  (header ? header.value : '').split(',').forEach((part) => {
    const wanted = part.trim().split(';');
    const tag = wanted[0].trim().toLowerCase().split('-')[0];
    const quality = wanted.length > 1 ? Number(wanted[1].trim().toLowerCase().replace('q=', '')) : 1;
    if (NOT_FOUND[tag] && quality > weight) {
      best = tag;
      weight = quality;
    }
  });
  return best;
}

// A browser shows the 404 only to pages that may read it: so may any, for the body is the same for everybody.
function notFound(request, requestId) {
  const headers = {
    'cache-control': { value: 'no-store' },
    'vary': { value: 'Origin' },
    'x-request-id': { value: requestId },
  };
  if (request.headers.origin) {
    headers['access-control-allow-origin'] = { value: request.headers.origin.value };
    headers['access-control-allow-credentials'] = { value: 'true' };
  }
  if (request.method === 'OPTIONS') {
    const asked = request.headers['access-control-request-headers'];
    headers['access-control-allow-methods'] = { value: 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT' };
    headers['access-control-allow-headers'] = { value: asked ? asked.value : 'Authorization,Content-Type' };
    return { statusCode: 204, statusDescription: 'No Content', headers: headers };
  }
  headers['content-type'] = { value: 'application/json' };
  const text = NOT_FOUND[language(request)];
  const body = {
    success: false, code: 'route_not_found', status: text, errors: [text], detail: text, violations: [],
    result: null, request_id: requestId,
  };
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: headers,
    body: JSON.stringify(body),
  };
}
