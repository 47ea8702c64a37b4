// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Operations
import Reports
import Testing

@testable import dure

@Suite struct SettingWordsTests {
    @Test func `every setting has its words in Korean`() {
        let words = Words(.korean)
        for item in HouseSettings.items {
            #expect(words.help(of: item.key, "English") != "English", "\(item.key)")
        }
        #expect(words.value(ofSetting: "not set") == "정하지 않음")
        #expect(words.value(ofSetting: "none") == "없음")
        #expect(words.value(ofSetting: "5") == "5")
    }
}
