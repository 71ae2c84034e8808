package se.utrop.graphql;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.UTF8JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/** A part of an answer that is JSON already, in UTF-8. */
final class JsonText extends JacksonSerializable.Base {

    private final byte[] text;

    /** @param text not to be changed from now on */
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

    /** Jackson takes UTF-8 as it is only as what a string has become before. */
    private static final class Verbatim extends SerializedString {

        private static final long serialVersionUID = 1;

        Verbatim(byte[] text) {
            super("");
            _unquotedUTF8Ref = text;
        }
    }
}
