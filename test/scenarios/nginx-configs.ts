/** nginx as people have it: as a front door set up by the guides, and at home behind one. */

export const [HOME, SERVER] = ['192.168.1.10', '192.168.1.20'] as const

export const nginxWith = (folder: string, servers: string): string => `user root;
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  access_log off;
  ${servers}
}
`

/** What the guides have, in substance: TLS, Host kept, HTTP/1.1 with keep-alive, nothing buffered on the way out, 30 s. */
export const guide = (folder: string, name: string): string => `server {
    listen ${HOME}:443 ssl;
    server_name ${name};
    ssl_certificate ${folder}/guide.pem;
    ssl_certificate_key ${folder}/guide.key;
    location / {
      proxy_pass http://localhost:8088;
      proxy_buffering off;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Connection "";
      proxy_connect_timeout 30s;
      proxy_send_timeout 30s;
      proxy_read_timeout 30s;
    }
  }`

/** A service that wants to be told its visitors, and one with a certificate that nobody vouches for. */
export const atHome = (folder: string, certificate: string): string => `server {
    listen ${SERVER}:9001 proxy_protocol;
    location / { return 200 "told $proxy_protocol_addr"; }
  }
  server {
    listen ${SERVER}:9443 ssl;
    ssl_certificate ${folder}/${certificate}.pem;
    ssl_certificate_key ${folder}/${certificate}.key;
    location / { return 200 "behind $request_uri"; }
  }`
