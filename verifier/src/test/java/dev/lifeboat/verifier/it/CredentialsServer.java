package dev.lifeboat.verifier.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * restore-service as far as passwords go, at the wire: once per attempt, and again for the same verification, which may
 * have died with it. A test steers it with {@code PUT /steer/<recoveryId>} and a list of statuses to answer with first, and
 * asks {@code GET /asked/<recoveryId>} for the verifications that asked.
 */
final class CredentialsServer implements AutoCloseable {
    private final HttpServer server;
    private final String token;
    private final String user;
    private final String password;
    private final Map<String, List<String>> asked = new ConcurrentHashMap<>();
    private final Map<String, List<Integer>> steered = new ConcurrentHashMap<>();

    private CredentialsServer(HttpServer server, String token, String user, String password) {
        this.server = server;
        this.token = token;
        this.user = user;
        this.password = password;
    }

    static CredentialsServer start(String token, String user, String password) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            CredentialsServer credentials = new CredentialsServer(server, token, user, password);
            server.createContext("/", credentials::handle);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return credentials;
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
            switch (path[1]) {
                case "steer" -> {
                    List<Integer> statuses = new CopyOnWriteArrayList<>();
                    body.lines().map(Integer::valueOf).forEach(statuses::add);
                    steered.put(path[2], statuses);
                    answer(exchange, 204, "");
                }
                case "asked" -> answer(exchange, 200, String.join("\n", asked.getOrDefault(path[2], List.of())));
                default -> credentials(exchange, path);
            }
        }
    }

    private void credentials(HttpExchange exchange, String[] path) throws IOException {
        if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                || !exchange.getRequestURI().getPath().matches("/internal/v1/sandboxes/[0-9a-f-]{36}/credentials")) {
            answer(exchange, 401, "");
            return;
        }
        String recovery = path[4];
        String verification = exchange.getRequestURI().getQuery().replaceFirst(".*verification=", "");
        List<String> known = asked.computeIfAbsent(recovery, any -> new CopyOnWriteArrayList<>());
        known.add(verification);
        List<Integer> statuses = steered.getOrDefault(recovery, List.of());
        if (!statuses.isEmpty()) {
            answer(
                    exchange,
                    statuses.removeFirst(),
                    "{\"code\":\"sandbox.steered\",\"detail\":\"As the test wished.\"}");
        } else if (known.stream().distinct().count() > 1) {
            answer(exchange, 409, "{\"code\":\"sandbox.credentials-taken\",\"detail\":\"Another one has it.\"}");
        } else {
            answer(exchange, 200, "{\"user\":\"" + user + "\",\"password\":\"" + password + "\"}");
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
