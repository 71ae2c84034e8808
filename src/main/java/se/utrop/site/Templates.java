package se.utrop.site;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The templates in {@code src/main/jte}, which the build compiles.
 *
 * @see <a href="https://jte.gg">jte</a>
 */
@Component
class Templates {

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Templates.class.getClassLoader(), Templates.class.getPackageName());

    private final Site site;

    Templates(Site site) {
        this.site = site;
    }

    byte[] render(Page page) {
        return render(page.template(), Map.of("site", site, "page", page, "model", page.model()));
    }

    byte[] render(String template, Map<String, Object> parameters) {
        Utf8ByteOutput output = new Utf8ByteOutput();
        engine.render(template + ".jte", parameters, output);
        return output.toByteArray();
    }
}
