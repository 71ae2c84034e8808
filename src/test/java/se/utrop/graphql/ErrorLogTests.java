package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ErrorLogTests {

    @Test
    void manyErrorsAreOneLine(CapturedOutput output) {
        ErrorLog log = new ErrorLog(ErrorCode.TIMEOUT);
        IntStream.range(0, 1_000).forEach(i -> log.warn(() -> "cause " + i));
        assertThat(output.getOut().lines().filter(line -> line.contains("TIMEOUT")))
                .singleElement()
                .asString()
                .contains("cause 0");
    }
}
