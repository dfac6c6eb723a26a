import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A cache under test: how it is configured and started, and which processes it is. One worker on core 0 each. */
sealed interface Peer {
  /** Its TLS port is so much higher. */
  int TLS = 200;

  String name();

  /** Starts it, with an empty store or with what a killed one left. */
  void start(Path work, int port, int originPort) throws IOException, InterruptedException;

  /** Its first process. */
  long pid() throws IOException, InterruptedException;

  void kill() throws IOException, InterruptedException;

  default String target(String path, int originPort) {
    return path;
  }

  /** Where it speaks TLS; only some do. */
  default OptionalInt tlsPort(int port) {
    return OptionalInt.empty();
  }

  /** All processes of it that run now. */
  default List<Long> pids() throws IOException, InterruptedException {
    var pids = new ArrayList<>(List.of(pid()));
    for (int i = 0; i < pids.size(); i++) {
      var children = Path.of("/proc/" + pids.get(i) + "/task/" + pids.get(i) + "/children");
      if (Files.exists(children)) {
        Stream.of(Files.readString(children).split(" ")).filter(s -> !s.isBlank()).map(Long::valueOf).forEach(pids::add);
      }
    }
    return pids;
  }

  /** Makes a certificate: server.crt and server.key. */
  static void certify(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Bench.run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
        "/CN=bench", "-keyout", folder.resolve("server.key").toString(), "-out", folder.resolve("server.crt").toString());
  }

  /** A peer that is a program of Debian's. */
  abstract static sealed class Program implements Peer permits Nginx, Varnish, Squid, TrafficServer {
    private Process process;

    abstract List<String> command(Path work, int port, int originPort) throws IOException, InterruptedException;

    @Override
    public void start(Path work, int port, int originPort) throws IOException, InterruptedException {
      Files.createDirectories(work);
      var command = new ArrayList<>(List.of("taskset", "-c", "0"));
      command.addAll(command(work, port, originPort));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(work.resolve("output").toFile())
              .start();
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public void kill() throws IOException, InterruptedException {
      for (long pid : pids()) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      process.waitFor();
    }
  }

  /** nginx with proxy_cache and sendfile; whole objects, or slices of 1 MiB. */
  final class Nginx extends Program {
    private final boolean slice;

    Nginx(boolean slice) {
      this.slice = slice;
    }

    @Override
    public String name() {
      return slice ? "nginx slice" : "nginx";
    }

    @Override
    public OptionalInt tlsPort(int port) {
      return OptionalInt.of(port + TLS);
    }

    @Override
    List<String> command(Path work, int port, int originPort) throws IOException, InterruptedException {
      var key =
          slice
              ? "slice 1m; proxy_cache_key $uri$slice_range; proxy_set_header Range $slice_range;"
              : "proxy_cache_key $uri;";
      Files.writeString(
          work.resolve("nginx.conf"),
          """
          worker_processes 1; pid %1$s/pid; error_log %1$s/error.log; user root;
          events { worker_connections 4096; multi_accept on; use epoll; }
          http {
            access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
            proxy_cache_path %1$s/store levels=2:2 keys_zone=c:100m max_size=20g inactive=10d use_temp_path=off;
            proxy_temp_path %1$s/t; client_body_temp_path %1$s/b; fastcgi_temp_path %1$s/f;
            uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
            upstream origin { server 127.0.0.1:%3$d; keepalive 64; }
            server {
              listen 127.0.0.1:%2$d; listen 127.0.0.1:%5$d ssl;
              ssl_protocols TLSv1.3; ssl_certificate %1$s/server.crt; ssl_certificate_key %1$s/server.key;
              location / {
                %4$s
                proxy_cache c; proxy_cache_lock on; proxy_cache_lock_age 10m; proxy_cache_lock_timeout 1h;
                proxy_cache_valid 200 206 1d; proxy_http_version 1.1; proxy_set_header Connection "";
                proxy_ignore_client_abort on; proxy_max_temp_file_size 4096m; proxy_pass http://origin;
              }
            }
          }
          """
              .formatted(work, port, originPort, key, port + TLS));
      certify(work);
      return List.of("nginx", "-c", work.resolve("nginx.conf").toString(), "-g", "daemon off;");
    }
  }

  /** Varnish with a file as its store. */
  final class Varnish extends Program {
    @Override
    public String name() {
      return "Varnish";
    }

    @Override
    List<String> command(Path work, int port, int originPort) throws IOException {
      Files.writeString(
          work.resolve("default.vcl"),
          "vcl 4.1;\nbackend default { .host = \"127.0.0.1\"; .port = \"" + originPort + "\"; }\n");
      return List.of(
          "varnishd", "-F", "-j", "none", "-n", work.resolve("n").toString(), "-a", "127.0.0.1:" + port, "-f",
          work.resolve("default.vcl").toString(), "-s", "file," + work.resolve("store") + ",8G", "-p", "default_ttl=86400",
          "-T", "none");
    }
  }

  /** Squid as an accelerator, aufs, collapsed forwarding. */
  final class Squid extends Program {
    @Override
    public String name() {
      return "Squid";
    }

    @Override
    List<String> command(Path work, int port, int originPort) throws IOException, InterruptedException {
      var config = work.resolve("squid.conf");
      Files.writeString(
          config,
          """
          http_port 127.0.0.1:%2$d accel defaultsite=127.0.0.1 no-vhost
          cache_peer 127.0.0.1 parent %3$d 0 no-query no-digest originserver default
          http_access allow all
          cache_dir aufs %1$s/store 20000 16 256
          maximum_object_size 10 GB
          cache_mem 256 MB
          collapsed_forwarding on
          shutdown_lifetime 1 second
          access_log none
          cache_log %1$s/cache.log
          cache_store_log none
          coredump_dir %1$s
          pid_filename %1$s/pid
          cache_effective_user proxy
          icp_port 0
          pinger_enable off
          workers 1
          """
              .formatted(work, port, originPort));
      Files.deleteIfExists(work.resolve("pid"));
      Files.createDirectories(work.resolve("store"));
      new ProcessBuilder("chown", "-R", "proxy", work.toString()).start().waitFor();
      new ProcessBuilder("squid", "-f", config.toString(), "-N", "-z")
          .redirectErrorStream(true)
          .redirectOutput(work.resolve("prepare").toFile())
          .start()
          .waitFor();
      return List.of("squid", "-f", config.toString(), "-N");
    }
  }

  /** Apache Traffic Server, one thread, 1 GB of memory cache. */
  final class TrafficServer extends Program {
    @Override
    public String name() {
      return "Traffic Server";
    }

    @Override
    List<String> command(Path work, int port, int originPort) throws IOException, InterruptedException {
      for (var folder : List.of("etc", "log", "var", "cache")) {
        Files.createDirectories(work.resolve(folder));
      }
      new ProcessBuilder("cp", "-r", "/etc/trafficserver/.", work.resolve("etc").toString()).start().waitFor();
      Files.writeString(
          work.resolve("runroot.yaml"),
          """
          prefix: %1$s
          exec_prefix: %1$s
          bindir: /usr/bin
          sbindir: /usr/sbin
          sysconfdir: %1$s/etc
          datadir: %1$s/var
          includedir: /usr/include
          libdir: /usr/lib/trafficserver
          libexecdir: /usr/lib/trafficserver/modules
          localstatedir: %1$s/var
          runtimedir: %1$s/var
          logdir: %1$s/log
          cachedir: %1$s/cache
          """
              .formatted(work));
      Files.writeString(
          work.resolve("etc/records.config"),
          """
          CONFIG proxy.config.http.server_ports STRING %1$d:ip-in=127.0.0.1
          CONFIG proxy.config.exec_thread.autoconfig INT 0
          CONFIG proxy.config.exec_thread.limit INT 1
          CONFIG proxy.config.exec_thread.affinity INT 0
          CONFIG proxy.config.admin.user_id STRING #-1
          CONFIG proxy.config.log.logging_enabled INT 0
          CONFIG proxy.config.process_manager.mgmt_port INT %2$d
          CONFIG proxy.config.url_remap.pristine_host_hdr INT 1
          CONFIG proxy.config.cache.ram_cache.size INT 1G
          CONFIG proxy.config.http.cache.required_headers INT 0
          CONFIG proxy.config.cache.enable_read_while_writer INT 1
          CONFIG proxy.config.http.cache.max_open_write_retries INT 1
          CONFIG proxy.config.http.background_fill_active_timeout INT 0
          CONFIG proxy.config.http.background_fill_completed_threshold FLOAT 0.0
          """
              .formatted(port, port + 100));
      Files.writeString(work.resolve("etc/storage.config"), work.resolve("cache") + " 8000M\n");
      Files.writeString(work.resolve("etc/remap.config"), "map / http://127.0.0.1:" + originPort + "/\n");
      new ProcessBuilder("chmod", "-R", "a+rwX", work.toString()).start().waitFor();
      return List.of("traffic_server", "--run-root=" + work.resolve("runroot.yaml"));
    }
  }

  /** The cache module's image as a node runs it, but on the host's network: no userland proxy, as for a client on the LAN. */
  final class Larder implements Peer {
    private static final String CONTAINER = "larder-bench-cache";
    private static final String NODE = "00000000-0000-4000-8000-000000000001";
    private final String image;

    Larder(String image) {
      this.image = image;
    }

    @Override
    public String name() {
      return "Larder";
    }

    @Override
    public String target(String path, int originPort) {
      return path + "?cacheHostOrigin=127.0.0.1:" + originPort;
    }

    @Override
    public OptionalInt tlsPort(int port) {
      return OptionalInt.of(port + TLS);
    }

    @Override
    public void start(Path work, int port, int originPort) throws IOException, InterruptedException {
      prepare(work, originPort);
      Bench.run("docker", "rm", "--force", CONTAINER);
      Bench.run(
          "docker", "run", "--detach", "--name", CONTAINER, "--network", "host", "--cpuset-cpus", "0", "--read-only",
          "--cap-drop", "ALL", "--tmpfs", "/tmp", "--label", "dev.larder.test=bench",
          "--volume", work.resolve("identity") + ":/run/larder:ro", "--volume", work.resolve("data") + ":/data",
          "--volume", work.resolve("drive") + ":/cache/1", "--env", "LARDER_HTTP_PORT=" + port,
          "--env", "LARDER_HTTPS_PORT=" + (port + TLS),
          "--env", "LARDER_SUMMARY_PORT=" + (port + 100), "--env", "LARDER_HEALTH_PORT=" + (port + 101), image);
    }

    private void prepare(Path work, int originPort) throws IOException, InterruptedException {
      for (var folder : List.of("identity", "data", "drive")) {
        Files.createDirectories(work.resolve(folder));
      }
      var identity = work.resolve("identity");
      Files.writeString(
          identity.resolve("identity.json"),
          """
          {"customerId":"%1$s","cacheNodeId":"%1$s","moduleId":"cache","generation":"1","hubHost":"127.0.0.1","hubPort":1}
          """
              .formatted(NODE));
      Files.writeString(identity.resolve("key"), "bench");
      certify(work.resolve("data/tls"));
      Files.copy(work.resolve("data/tls/server.crt"), identity.resolve("trust.pem"), StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(
          work.resolve("data/desired.json"),
          """
          {"drives":[{"path":"/cache/1","hostPath":"/bench","sizeBytes":20000000000}],
           "origins":[{"host":"127.0.0.1:%d","scheme":"http","contentType":"Bench","allowPrivateAddress":true}],
           "limits":{"connectionsPerClient":10000},
           "trafficEvery":"PT5S",
           "updates":{"schedule":{"ring":"fast","checkEvery":"PT1H"},"current":"1.0.0","offers":[]}}
          """
              .formatted(originPort));
      Bench.run("chmod", "a+rx", work.getParent().toString(), work.toString());
      Bench.run("chown", "-R", "10000:10000", work.resolve("data").toString(), work.resolve("drive").toString());
    }

    @Override
    public long pid() throws IOException, InterruptedException {
      return Long.parseLong(Bench.run("docker", "inspect", "--format", "{{.State.Pid}}", CONTAINER).strip());
    }

    @Override
    public void kill() throws IOException, InterruptedException {
      Bench.run("docker", "kill", CONTAINER);
    }
  }
}
