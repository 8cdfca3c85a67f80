package dev.lifeboat.platform.inventory;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads rows of a catalogue query; names reach the server as parameters, never as text of the statement. */
final class Rows {
    private Rows() {}

    /** One row into one value. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    static <T> List<T> list(Connection connection, String sql, Reader<T> reader, Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] instanceof String[] texts) {
                    statement.setArray(i + 1, connection.createArrayOf("text", texts));
                } else {
                    statement.setObject(i + 1, parameters[i]);
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(reader.read(rows));
                }
                return values;
            }
        }
    }

    static <T> T one(Connection connection, String sql, Reader<T> reader, Object... parameters) throws SQLException {
        List<T> values = list(connection, sql, reader, parameters);
        if (values.size() != 1) {
            throw new SQLException("expected one row, got " + values.size() + ": " + sql);
        }
        return values.getFirst();
    }

    /**
     * The value, or empty where this role may not ask (SQLSTATE 42501, insufficient_privilege); the transaction stays
     * usable either way.
     */
    static <T> Optional<T> permitted(Connection connection, String sql, Reader<T> reader) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            T value = one(connection, sql, reader);
            connection.releaseSavepoint(before);
            return Optional.ofNullable(value);
        } catch (SQLException refused) {
            if (!"42501".equals(refused.getSQLState())) {
                throw refused;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            return Optional.empty();
        }
    }

    static List<String> texts(Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    static Integer integer(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    static Long big(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
