{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 0,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   80.0,
   80.0,
   900.0,
   640.0
  ],
  "bglocked": 0,
  "openinpresentation": 0,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [
   15.0,
   15.0
  ],
  "description": "Plays rtsynth over OSC",
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      14.0,
      480.0,
      20.0
     ],
     "text": "rtsynth: notes, dials and presets, and what the engine answers"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      38.0,
      480.0,
      20.0
     ],
     "text": "1) Start an engine:  rtsynth play clarinet-trumpet --voices 4"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      58.0,
      720.0,
      20.0
     ],
     "text": "2) Play the keys, turn the dials. Keys from E4 (64) to E5 (76) are the plugin's range; others play the nearest one."
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      78.0,
      720.0,
      20.0
     ],
     "text": "3) Switch follow on: values and levels come back to port 7401 (again every 5 s: it ends after 10)."
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      116.0,
      60.0,
      20.0
     ],
     "text": "keys"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "kslider",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      140.0,
      196.0,
      53.0
     ],
     "outlettype": [
      "int",
      "int"
     ],
     "offset": 60,
     "range": 24
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      206.0,
      113.0,
      22.0
     ],
     "outlettype": [
      "float",
      "float"
     ],
     "text": "makenote 100 500"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      150.0,
      238.0,
      51.0,
      22.0
     ],
     "outlettype": [
      "float"
     ],
     "text": "/ 127."
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      270.0,
      69.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pack 0 0."
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      302.0,
      156.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /slot/1/note/on"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      260.0,
      116.0,
      60.0,
      20.0
     ],
     "text": "dials"
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      260.0,
      140.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "pitch",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "pitch",
       "parameter_shortname": "pitch",
       "parameter_type": 0,
       "parameter_mmin": 64.0,
       "parameter_mmax": 76.0,
       "parameter_unitstyle": 1,
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      260.0,
      200.0,
      181.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /slot/1/param/pitch"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      450.0,
      140.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "amplitude",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "amplitude",
       "parameter_shortname": "amplitude",
       "parameter_type": 0,
       "parameter_mmin": 0.1,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      450.0,
      200.0,
      206.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /slot/1/param/amplitude"
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      670.0,
      140.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "instrument",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "instrument",
       "parameter_shortname": "instrument",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      670.0,
      200.0,
      212.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /slot/1/param/instrument"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      260.0,
      236.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "gain",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "gain",
       "parameter_shortname": "gain",
       "parameter_type": 0,
       "parameter_mmin": -60.0,
       "parameter_mmax": 12.0,
       "parameter_unitstyle": 1,
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      260.0,
      296.0,
      138.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /slot/1/gain"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      450.0,
      236.0,
      44.0,
      48.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "parameter_enable": 1,
     "varname": "pan",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "pan",
       "parameter_shortname": "pan",
       "parameter_type": 0,
       "parameter_mmin": -1.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1,
       "parameter_modmode": 0
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      450.0,
      296.0,
      131.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /slot/1/pan"
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      344.0,
      80.0,
      20.0
     ],
     "text": "presets"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      368.0,
      196.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/slot/1/preset/save bright"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      230.0,
      368.0,
      210.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/slot/1/preset/recall bright"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      368.0,
      147.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/slot/1/preset/next"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      630.0,
      368.0,
      56.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/panic"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      404.0,
      60.0,
      20.0
     ],
     "text": "follow"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      428.0,
      24.0,
      24.0
     ],
     "outlettype": [
      "int"
     ]
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      60.0,
      428.0,
      76.0,
      22.0
     ],
     "outlettype": [
      "bang"
     ],
     "text": "metro 5000"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      60.0,
      460.0,
      210.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/notify 1 7401 values meters"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      270.0,
      428.0,
      45.0,
      22.0
     ],
     "outlettype": [
      "bang",
      ""
     ],
     "text": "sel 0"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      270.0,
      460.0,
      77.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "/notify 0"
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      512.0,
      150.0,
      22.0
     ],
     "text": "udpsend 127.0.0.1 9000"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      460.0,
      428.0,
      107.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "udpreceive 7401"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 4,
     "numoutlets": 4,
     "patching_rect": [
      460.0,
      460.0,
      249.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "text": "route /slot/1/param/pitch /meter /fail"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      460.0,
      512.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ]
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      460.0,
      536.0,
      60.0,
      20.0
     ],
     "text": "pitch"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      580.0,
      492.0,
      57.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route 1"
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      580.0,
      524.0,
      88.0,
      22.0
     ],
     "outlettype": [
      "float",
      "float"
     ],
     "text": "unpack 0. 0."
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      580.0,
      556.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ]
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      660.0,
      556.0,
      60.0,
      22.0
     ],
     "outlettype": [
      "",
      "bang"
     ]
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      580.0,
      580.0,
      130.0,
      20.0
     ],
     "text": "peak, rms in dB"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      740.0,
      512.0,
      94.0,
      22.0
     ],
     "text": "print refused"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-6",
      0
     ],
     "destination": [
      "obj-7",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-6",
      1
     ],
     "destination": [
      "obj-7",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      0
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      1
     ],
     "destination": [
      "obj-8",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-9",
      1
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      0
     ],
     "destination": [
      "obj-10",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-13",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-15",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      0
     ],
     "destination": [
      "obj-17",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      0
     ],
     "destination": [
      "obj-19",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-20",
      0
     ],
     "destination": [
      "obj-21",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-29",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      0
     ],
     "destination": [
      "obj-30",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-31",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-10",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-17",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-23",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-24",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-25",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-26",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-34",
      0
     ],
     "destination": [
      "obj-35",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-36",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      1
     ],
     "destination": [
      "obj-38",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-39",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      0
     ],
     "destination": [
      "obj-40",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      1
     ],
     "destination": [
      "obj-41",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      2
     ],
     "destination": [
      "obj-43",
      0
     ]
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
