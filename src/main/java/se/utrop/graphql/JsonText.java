package se.utrop.graphql;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.UTF8JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/** A part of a response that is already serialised, as JSON in UTF-8. */
final class JsonText extends JacksonSerializable.Base {

    private final byte[] text;

    /** @param text must not be modified afterwards */
    JsonText(byte[] text) {
        this.text = text;
    }

    @Override
    public void serialize(JsonGenerator json, SerializationContext context) {
        if (json instanceof UTF8JsonGenerator) {
            json.writeRawValue(new Verbatim(text));
        } else {
            json.writeRawValue(toString());
        }
    }

    @Override
    public void serializeWithType(JsonGenerator json, SerializationContext context, TypeSerializer type) {
        serialize(json, context);
    }

    @Override
    public String toString() {
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Jackson writes raw UTF-8 only from a serialised string. */
    private static final class Verbatim extends SerializedString {

        private static final long serialVersionUID = 1;

        Verbatim(byte[] text) {
            super("");
            _unquotedUTF8Ref = text;
        }
    }
}
