package dev.lifeboat.restore.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * backup-service as far as pins go, at the wire: {@code PUT} and {@code DELETE
 * /internal/v1/backups/{id}/pins/{recoveryId}}. A test steers it with {@code PUT /steer/<backupId>} and a status, and asks
 * {@code GET /pins}. What it says about a cluster's markers is set with {@code PUT /steer/markers/<clusterId>}.
 */
final class PinServer implements AutoCloseable {
    private final HttpServer server;
    private final String token;
    private final Set<String> pins = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final Map<String, String> markers = new ConcurrentHashMap<>();

    private PinServer(HttpServer server, String token) {
        this.server = server;
        this.token = token;
    }

    static PinServer start(String token) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            PinServer pins = new PinServer(server, token);
            server.createContext("/", pins::handle);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return pins;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            String method = exchange.getRequestMethod();
            if (path[1].equals("steer") && path[2].equals("markers")) {
                markers.put(path[3], body);
                answer(exchange, 204, "");
            } else if (path[1].equals("steer")) {
                answers.put(path[2], Integer.valueOf(body));
                answer(exchange, 204, "");
            } else if (path[1].equals("pins")) {
                answer(exchange, 200, String.join("\n", new TreeSet<>(pins)));
            } else if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, 401, "");
            } else if (path[3].equals("clusters")) {
                answer(exchange, 200, markers.getOrDefault(path[4], "{}"));
            } else {
                pin(exchange, method, path[4], path[6]);
            }
        }
    }

    private void pin(HttpExchange exchange, String method, String backup, String recovery) throws IOException {
        int steered = answers.getOrDefault(backup, 204);
        if (steered != 204) {
            answer(exchange, steered, "{\"code\":\"backup.expiring\",\"detail\":\"Its expiry has begun.\"}");
        } else if (method.equals("PUT")) {
            pins.add(backup + "/" + recovery);
            answer(exchange, 204, "");
        } else {
            pins.remove(backup + "/" + recovery);
            answer(exchange, 204, "");
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
